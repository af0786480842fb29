using Lethe.Evidence;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.WaysToRead;

/// <summary>What stays readable in the memory chips themselves: across a restart, or for somebody who takes them out.</summary>
internal static class MemoryAtRest
{
    // The TCG Platform Reset Attack Mitigation Specification: four bytes of attributes, then the bits.
    private const string Firmware = "/sys/firmware/efi/",
        OverwriteRequest = "/sys/firmware/efi/efivars/MemoryOverwriteRequestControl-e20939be-32d4-41be-a150-897f85d49829";
    private const int Attributes = 4;

    public static IReadOnlyList<string> Wants { get; } =
    [
        Firmware,
        OverwriteRequest,
        "kernel:log",
        .. Processor.Wants,
        .. KernelCommandLine.Wants,
        .. KernelConfiguration.Wants,
        .. MountTable.Wants,
    ];

    /// <summary>Whether the memory chips hold only encrypted data.</summary>
    public static IEnumerable<Judgement> Encrypted(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        var processor = Processor.Of(facts);
        Reading log = facts.Read("kernel:log");
        TextLine[] active =
        [
            .. log.Lines.Where(line =>
                line.Text.Contains("Memory Encryption Features active", StringComparison.Ordinal)
                || (
                    line.Text.Contains("x86/tme: enabled by BIOS", StringComparison.Ordinal)
                    && !line.Text.Contains("not enabled", StringComparison.Ordinal)
                )
            ),
        ];
        string[] able = [.. ((string[])["sme", "tme"]).Where(processor.Has)];
        if (active.Length > 0)
            yield return Judgement.Closed("memory is encrypted by the processor", [.. active.Select(line => line.Evidence)]);
        else if (processor.Has("tdx_guest"))
            yield return Judgement.Closed(
                "memory of this virtual machine is encrypted by the processor",
                processor.EvidenceOf("tdx_guest")
            );
        else if (processor.Problem is { } problem) yield return Judgement.Unknown($"needs /proc/cpuinfo: {problem}");
        // The hypervisor decides this for its machines, and not all of them can find out.
        else if (processor.IsVirtual) yield break;
        else if (able.Length == 0)
            yield return Judgement
                .Open("the processor cannot encrypt memory", processor.Evidence)
                .RepairedBy(
                    new ManualRepair(
                        "nothing can be set: a processor with SME or TME is needed, or that nobody reaches the machine until its memory "
                            + "has lost its content"
                    )
                );
        else if (log.Text is null)
            yield return Judgement.Unknown(
                $"needs the kernel's boot log: {log.Problem ?? "it was not collected"}",
                processor.EvidenceOf(able[0])
            );
        // If the log has lost its beginning, that line may have been in it.
        else if (!log.Lines.Any(line => line.Text.Contains("Linux version", StringComparison.Ordinal)))
            yield return Judgement.Unknown(
                "needs the beginning of the kernel's log, which newer messages have displaced",
                processor.EvidenceOf(able[0])
            );
        else yield return Judgement.Open("the processor can encrypt memory, and does not", processor.EvidenceOf(able[0]))
            .RepairedBy(
                able[0] == "sme"
                    ?
                    [
                        new KernelParameter("mem_encrypt", "on"),
                        new ManualRepair("or turn on memory encryption (TSME) in the firmware's settings"),
                    ]
                    : [new ManualRepair("turn on memory encryption (TME) in the firmware's settings")]
            );
    }

    /// <summary>Whether the firmware clears memory after an unplanned restart.</summary>
    public static IEnumerable<Judgement> ClearedAtRestart(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host)
        {
            foreach (Judgement judgement in Built(facts)) yield return judgement;
            yield break;
        }

        Reading firmware = facts.Read(Firmware), request = facts.Read(OverwriteRequest);
        var processor = Processor.Of(facts);
        if (request.Text is { Length: > Attributes } text)
        {
            Citation evidence = new(request.Source, null, $"value {(int)text[Attributes]}");
            yield return (text[Attributes] & 1) == 1
                ? Judgement.Closed("firmware clears memory at the next restart", evidence)
                : Judgement
                    .Open("firmware is not asked to clear memory at the next restart", evidence)
                    .RepairedBy(
                        new ManualRepair("use a kernel built with CONFIG_RESET_ATTACK_MITIGATION=y, which asks for it at each start")
                    );
        }
        else if (firmware.IsUnknown || request.Problem is not null)
            yield return Judgement.Unknown($"needs {OverwriteRequest}: {request.Problem ?? firmware.Problem}");
        else if (processor.IsVirtual) yield break;
        else if (!firmware.IsAbsent && !MountTable.Of(facts).All.Any(mount => mount.Type == "efivarfs"))
            yield return Judgement.Unknown("needs efivarfs mounted", firmware.Evidence);
        else
            yield return Judgement
                .Open("firmware does not offer to clear memory at a restart", firmware.IsAbsent ? firmware.Evidence : request.Evidence)
            .RepairedBy(
                new ManualRepair(
                    "nothing can be set: have memory scrubbed before each restart, or let nobody start another system on this machine"
                )
            );
    }

    private static IEnumerable<Judgement> Built(HostFacts facts)
    {
        var built = KernelConfiguration.Of(facts);
        Citation[] evidence = [.. built.Evidence("RESET_ATTACK_MITIGATION") is { } line ? (Citation[])[line] : []];
        if (built["RESET_ATTACK_MITIGATION"] is null)
            yield return Judgement.Unknown($"needs the kernel's configuration ({built.Problem ?? "it is not whole"})");
        else if (built["RESET_ATTACK_MITIGATION"] != "y")
            yield return Judgement
                .Open("the kernel does not ask firmware to clear memory at a restart", evidence)
                .RepairedBy(new ManualRepair("use a kernel built with CONFIG_RESET_ATTACK_MITIGATION=y"));
        else yield return Judgement.Closed("the kernel asks firmware at each start to clear memory at the next restart", evidence);
    }
}
