using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.AnonymousMemory;

/// <summary>Whether the kernel clears freed pages: when it frees them, or before it allocates them again.</summary>
internal sealed class AnonymousMemoryAudit : IAudit
{
    private static readonly string[] Kernel =
    [
        "KSPP: INIT_ON_FREE_DEFAULT_ON=y",
        "Common Criteria FDP_RIP.2",
        "NIST SP 800-53 SI-14(2)",
        "NIST SP 800-53 MP-6",
    ];

    public Medium Medium => Medium.AnonymousMemory;

    public IReadOnlyList<string> Wants => [.. PageZeroing.Wants, .. CopyRules.Wants, .. XenRule.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("anonymous-memory/cleared-when-freed", Severity.High, "freed pages are cleared",
            "What an ended process had in its memory stays in free pages, for hours or days, until somebody else is given them.",
            ClearedWhenFreed
        )
        {
            AlsoMedia =
            [
                Medium.PageCache,
                Medium.Tmpfs,
                Medium.PosixSharedMemory,
                Medium.Memfd,
                Medium.SysvSharedMemory,
                Medium.GuestMemory,
            ],
            Routes =
            [
                "anonymous-memory/exit",
                "anonymous-memory/kill",
                "anonymous-memory/munmap",
                "tmpfs/unlink",
                "memfd/exit",
                "sysv-shared-memory/remove",
                "page-cache/unlink",
            ],
            References = Kernel,
        },
        new("anonymous-memory/zeroing-not-contradicted", Severity.High, "no setting switches zeroing off",
            "page_poison=1 takes precedence: the kernel then zeroes neither pages nor objects, whatever else it is told. Some hardening "
                + "profiles demand both.",
            NotContradicted
        )
        {
            AlsoMedia = [Medium.KernelBuffers],
            Routes = ["kernel-buffers/unix-socket", "kernel-buffers/pty"],
            References = ["contradicts STIG OL08-00-010421 and OL08-00-010423 together", .. Kernel],
        },
        new("anonymous-memory/zeroed-when-allocated", Severity.Low, "pages are zeroed when given out",
            "A bug that hands out memory unread shows what its last owner left; zeroing when memory is given out closes that, but leaves "
                + "residue in free pages.",
            ZeroedWhenAllocated
        )
        {
            References = ["KSPP: INIT_ON_ALLOC_DEFAULT_ON=y", "Common Criteria FDP_RIP.1"],
        },
        new("anonymous-memory/stack-and-registers", Severity.Low, "the kernel clears its stack and registers",
            "Fragments of what the kernel handled stay on its stacks and in saved registers, and bugs leak them.", StackAndRegisters)
        {
            References = ["KSPP: INIT_STACK_ALL_ZERO=y", "KSPP: ZERO_CALL_USED_REGS=y"],
        },
        .. CopyRules.All,
        XenRule.Rule,
    ];

    private static IEnumerable<Judgement> ClearedWhenFreed(HostFacts facts)
    {
        var zeroing = PageZeroing.Of(facts);
        yield return zeroing switch
        {
            { OnFree: true } => Judgement.Closed("the kernel zeroes pages when they are freed", zeroing.Evidence),
            { Poisons: true } => Judgement.Closed(
                "the kernel overwrites pages with a pattern when they are freed (page_poison)",
                zeroing.Evidence
            ),
            { OnFree: false, Poisons: false } => Judgement
                .Open("the kernel frees pages as they are", zeroing.Evidence)
                .RepairedBy(new KernelParameter("init_on_free", "1")),
            _ => Judgement.Unknown($"needs {zeroing.Needed}", zeroing.Evidence),
        };
    }

    private static IEnumerable<Judgement> NotContradicted(HostFacts facts)
    {
        var zeroing = PageZeroing.Of(facts);
        if (zeroing.Poisons is null && zeroing.OnFree is not true)
        {
            yield return Judgement.Unknown($"needs {zeroing.Needed ?? "the kernel's command line and configuration"}", zeroing.Evidence);
            yield break;
        }

        yield return zeroing.Poisons is true && zeroing.OnFree is not true
            ? Judgement
                .Open("page poisoning is on, so that init_on_free and init_on_alloc are off", zeroing.Evidence)
                .RepairedBy(new NoKernelParameter("page_poison=1"), new KernelParameter("init_on_free", "1"))
            : Judgement.Closed("page poisoning does not take the place of zeroing", zeroing.Evidence);
    }

    private static IEnumerable<Judgement> ZeroedWhenAllocated(HostFacts facts)
    {
        var zeroing = PageZeroing.Of(facts);
        yield return zeroing switch
        {
            { OnAllocation: true } => Judgement.Closed("the kernel zeroes memory when it gives it out", zeroing.Evidence),
            { OnAllocation: false } => Judgement
                .Open("the kernel gives memory out as it is", zeroing.Evidence)
                .RepairedBy(new KernelParameter("init_on_alloc", "1")),
            _ => Judgement.Unknown($"needs {zeroing.Needed ?? "the kernel's boot log"}", zeroing.Evidence),
        };
    }

    private static IEnumerable<Judgement> StackAndRegisters(HostFacts facts)
    {
        var built = KernelConfiguration.Of(facts);
        foreach (string option in (string[])["INIT_STACK_ALL_ZERO", "ZERO_CALL_USED_REGS"])
        {
            Citation[] evidence = built.Evidence(option) is { } line ? [line] : [];
            yield return (built[option] switch
            {
                "y" => Judgement.Closed($"the kernel was built with CONFIG_{option}", evidence),
                null => Judgement.Unknown($"needs the kernel's configuration ({built.Problem})", evidence),
                _ => Judgement
                    .Open($"the kernel was built without CONFIG_{option}", evidence)
                    .RepairedBy(new ManualRepair($"use a kernel built with CONFIG_{option}=y")),
            }).About($"CONFIG_{option}");
        }
    }
}
