using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.CoreDumps;

/// <summary>What is written when the kernel itself crashes: with kdump, a second kernel saves the memory of the first.</summary>
internal static class KernelDumps
{
    private const string Loaded = "/sys/kernel/kexec_crash_loaded";
    private const int Content = 2 | 4 | 8 | 16;

    public static IReadOnlyList<string> Wants { get; } =
    [Loaded, .. KernelCommandLine.Wants, .. KernelDumpConfiguration.Wants, .. PathStorage.Wants];

    /// <summary>Whether memory of processes, caches and free pages is left out.</summary>
    public static IEnumerable<Judgement> Filtered(HostFacts facts)
    {
        if (WithoutDump(facts) is { } decided)
        {
            yield return decided;
            yield break;
        }

        var configuration = KernelDumpConfiguration.Of(facts);
        int kept = Content & ~configuration.LeftOut;
        if (configuration.Problem is { } problem) yield return Judgement.Unknown($"needs the configuration of kdump: {problem}");
        else if (kept == 0)
            yield return Judgement.Closed("a dump of the kernel leaves out processes, caches and free pages", configuration.Evidence);
        else
            yield return Judgement
                .Open($"a dump of the kernel holds {Kept(kept)}", configuration.Evidence)
                .RepairedBy(new ManualRepair("give makedumpfile -d 31 in the configuration of kdump and restart its service"));
    }

    /// <summary>Whether a dump is encrypted where it is written.</summary>
    public static IEnumerable<Judgement> Encrypted(HostFacts facts)
    {
        if (WithoutDump(facts) is { } decided)
        {
            yield return decided;
            yield break;
        }

        var configuration = KernelDumpConfiguration.Of(facts);
        if (configuration.Problem is { } problem) yield return Judgement.Unknown($"needs the configuration of kdump: {problem}");
        else if (configuration.Elsewhere is { } host)
            yield return Judgement.Unknown($"needs to know how {host} keeps what is sent there", configuration.Evidence);
        else
            yield return Judged(
                configuration.Device is { } device ? PathStorage.OfDevice(facts, device) : PathStorage.Of(facts, configuration.Directory),
                configuration
            );
    }

    private static Judgement Judged(PathStorage storage, KernelDumpConfiguration configuration) => storage.Kind switch
    {
        StorageKind.Encrypted => Judgement.Closed(
            "a dump of the kernel is written to an encrypted device",
            [.. configuration.Evidence, .. storage.Evidence]
        ),
        StorageKind.Unknown => Judgement.Unknown($"needs {storage.Needed}", [.. configuration.Evidence, .. storage.Evidence]),
        _ => Judgement
            .Open("a dump of the kernel is written to a device that is not encrypted", [.. configuration.Evidence, .. storage.Evidence])
            .RepairedBy(
                new ManualRepair(
                    "let kdump write to an encrypted device (a kernel with CONFIG_CRASH_DM_CRYPT hands its key on), or take crashkernel= "
                        + "off the kernel's command line"
                )
            ),
    };

    // The judgement where no crash is dumped; null where crashes are dumped.
    private static Judgement? WithoutDump(HostFacts facts)
    {
        if (facts.Scope == FactScope.Host)
        {
            Reading loaded = facts.Read(Loaded);
            if (loaded.IsUnknown) return Judgement.Unknown($"needs {Loaded}: {loaded.Problem}");
            return loaded.Value == "1"
                ? null
                : Judgement.Closed("no kernel waits to save the memory of this one when it crashes", loaded.Evidence);
        }

        var line = KernelCommandLine.Of(facts);
        if (line.Last("crashkernel") is not null) return null;
        return line.Problem is { } problem
            ? Judgement.Unknown($"needs the kernel's command line: {problem}")
            : Judgement.Closed("no memory is set aside for a kernel that saves the memory of this one (crashkernel=)", line.Evidence);
    }

    private static string Kept(int kept)
    {
        var parts = new List<string>();
        if ((kept & 8) != 0) parts.Add("the memory of processes");
        if ((kept & 16) != 0) parts.Add("free pages with what they held");
        if ((kept & (2 | 4)) != 0) parts.Add("cached files");
        return string.Join(" and ", parts);
    }
}
