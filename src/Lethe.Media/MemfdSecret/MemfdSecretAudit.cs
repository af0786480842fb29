using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.MemfdSecret;

/// <summary>Whether programs can get memory that the kernel clears when it frees it.</summary>
internal sealed class MemfdSecretAudit : IAudit
{
    private const string Option = "SECRETMEM", Parameter = "secretmem.enable";

    public Medium Medium => Medium.MemfdSecret;

    public IReadOnlyList<string> Wants => [.. KernelConfiguration.Wants, .. KernelCommandLine.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("memfd-secret/cleared", Severity.Medium, "what is in memfd_secret is cleared",
            "Such memory is in no map but its owners', is never swapped or dumped, and the kernel zeroes it when it is freed, whatever "
                + "init_on_free says.",
            Cleared
        )
        {
            Routes = ["memfd-secret/exit"],
            References = ["Common Criteria FDP_RIP.1"],
        },
        new("memfd-secret/offered", Severity.Low, "programs can use memfd_secret",
            "Programs that know of it keep their keys there; where it is not offered they use memory that the kernel frees as it is told "
                + "to.",
            Offered
        ),
    ];

    // secretmem_free_folio of mm/secretmem.c, in every kernel that has it.
    private static IEnumerable<Judgement> Cleared(HostFacts facts)
    {
        var built = KernelConfiguration.Of(facts);
        yield return built[Option] switch
        {
            null => Judgement.Unknown($"needs the kernel's configuration ({built.Problem})"),
            "n" => Judgement.Closed("this kernel has no memfd_secret, so nothing is left in it", Evidence(built)),
            _ => Judgement.Closed("the kernel zeroes what is in memfd_secret when it is freed", Evidence(built)),
        };
    }

    // On by default since Linux 6.5, off before.
    private static IEnumerable<Judgement> Offered(HostFacts facts)
    {
        var built = KernelConfiguration.Of(facts);
        var line = KernelCommandLine.Of(facts);
        if (line.Switch(Parameter) is false)
            yield return Judgement
                .Open("memfd_secret is switched off", line.Last(Parameter)!.Value.Evidence)
                .RepairedBy(new KernelParameter(Parameter, "1"));
        else if (built[Option] == "n")
            yield return Judgement
                .Open("the kernel was built without memfd_secret", Evidence(built))
                .RepairedBy(new ManualRepair("use a kernel built with CONFIG_SECRETMEM=y"));
        else if (line.Switch(Parameter) is true)
            yield return Judgement.Closed("memfd_secret is offered", line.Last(Parameter)!.Value.Evidence);
        else if (built[Option] is null) yield return Judgement.Unknown($"needs the kernel's configuration ({built.Problem})");
        else yield return Judgement.Closed("memfd_secret is offered", Evidence(built));
    }

    private static Citation[] Evidence(KernelConfiguration built) => built.Evidence(Option) is { } line ? [line] : [];
}
