using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Media.PersistentMemory;

/// <summary>The security state of memory modules (Documentation/driver-api/nvdimm/security.rst).</summary>
internal static class Modules
{
    private const string Bus = "/sys/bus/nd/devices/", Kind = Bus + "nmem*/", State = "security", Frozen = "frozen";

    public static IReadOnlyList<string> Wants { get; } = [Bus, Kind + State, Kind + Frozen];

    /// <summary>Whether modules lock themselves when they lose power: one judgement for each.</summary>
    public static IEnumerable<Judgement> Locked(HostFacts facts)
    {
        foreach (FactEntry module in facts.Read(Bus).Entries.Where(entry => entry.Name.StartsWith("nmem", StringComparison.Ordinal)))
        {
            Reading state = facts.Read($"{Bus}{module.Name}/{State}"), frozen = facts.Read($"{Bus}{module.Name}/{Frozen}");
            yield return (state.Value switch
            {
                "unlocked" when frozen.Value == "0" => Judgement
                    .Open(
                        "it has a passphrase, and anybody with root's rights may still change it or take it off",
                        state.Evidence,
                        frozen.Evidence
                    )
                    .RepairedBy(new ManualRepair($"freeze it after it is unlocked at each start: ndctl freeze-security {module.Name}")),
                "unlocked" or "locked" or "frozen" => Judgement.Closed("it locks itself when it loses power", state.Evidence),
                "disabled" => Judgement
                    .Open("it has no passphrase: whoever takes it out reads it", state.Evidence)
                    .RepairedBy(new ManualRepair($"set a passphrase: ndctl setup-passphrase {module.Name} -k KEY")),
                "overwrite" => Judgement.Unknown("needs the end of its overwriting", state.Evidence),
                null when state.IsAbsent => Judgement
                    .Open("it has no security of its own: whoever takes it out reads it", state.Evidence)
                    .RepairedBy(new ManualRepair("encrypt what is written to it (LUKS on a namespace in sector mode)")),
                null => Judgement.Unknown($"needs {state.Path}: {state.Problem}"),
                _ => Judgement.Unknown("needs a security state that is known", state.Evidence),
            }).About(module.Name);
        }
    }
}
