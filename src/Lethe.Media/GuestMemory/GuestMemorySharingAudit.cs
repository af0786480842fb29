using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Guests;
using Lethe.Media.Auditing;

namespace Lethe.Media.GuestMemory;

/// <summary>Where else a guest's memory gets while it runs: to other guests by merging, to core dumps, to swap, to the host.</summary>
internal static class GuestMemorySharingAudit
{
    private const string Merging = "/sys/kernel/mm/ksm/run", Swaps = "/proc/swaps";

    public static IReadOnlyList<string> Wants { get; } = [Merging, Swaps];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("guest-memory/not-merged", Severity.Medium, "memory is not merged with others'",
            "A merged page belongs to several guests: each can tell by the time a write takes what others hold, and it stays as long as "
                + "one of them does. QEMU asks for merging unless told not to.",
            NotMerged
        )
        { References = ["NIST SP 800-53 SC-4 (object reuse; excludes remanence)"] },
        new("guest-memory/not-dumped", Severity.Medium, "memory is left out of core dumps",
            "A monitor that crashes writes its guest's whole memory into a core dump. QEMU does so unless told not to.", NotDumped)
        { AlsoMedia = [Medium.CoreDumps], Routes = ["core-dump/file"], References = ["NIST SP 800-53 SC-28"] },
        new("guest-memory/not-swapped", Severity.Low, "memory is not swapped out",
            "To its host a guest's memory is a process's: it can be swapped out, and whether the area can be read afterwards decides the "
                + "swap medium.",
            NotSwapped
        )
        { Routes = ["swap/exit"], References = ["NIST SP 800-53 SC-28"] },
        new("guest-memory/lock-limited", Severity.Low, "locked memory has a limit",
            "To lock a guest's memory libvirt lifts the limit on locked memory altogether; its documentation advises against that without "
                + "hard_limit.",
            LockLimited
        ),
        new("guest-memory/freed-pages-returned", Severity.Low, "pages that the guest frees go back to the host",
            "What the guest frees stays in the monitor's memory until its end. With free page reporting the host gets those pages back "
                + "and clears them when it clears freed pages.",
            FreedPagesReturned
        ),
        new("guest-memory/encrypted", Severity.Low, "the processor encrypts memory",
            "With SEV or TDX the host, its dumps and what stays in its pages hold only what the guest shares; the key ends with the guest.",
            Encrypted
        )
        { References = ["NIST SP 800-53 SC-28"] },
    ];

    private static IEnumerable<Judgement> NotMerged(HostFacts facts)
    {
        Reading merging = facts.Read(Merging);
        bool isOff = facts.Scope == FactScope.Host && merging.Value is "0" or "2";
        return GuestMemoryAudit.Each(facts, machine => machine.Merges switch
        {
            null => null,
            { IsOn: false, Evidence: var line } => Judgement.Closed("its pages are not merged", line),
            { IsOn: null, Evidence: var line } => Judgement.Unknown("needs whether its pages may be merged", line),
            { Evidence: var line } when isOff => Judgement.Closed(
                "its pages may be merged, but the kernel merges nothing (KSM is off)",
                line,
                merging.Evidence
            ),
            { Evidence: var line, IsDefault: var isDefault } => GuestMemoryAudit.ClosedByEncryption(machine)
                ?? Judgement
                    .Open(
                        isDefault ? "nothing keeps its pages from being merged with others'" : "its pages may be merged with others'",
                        line
                    )
                    .RepairedBy(
                        machine.Monitor switch
                {
                    MachineMonitor.Libvirt => DomainRepair.Of(machine, "write <nosharepages/> in <memoryBacking>"),
                    MachineMonitor.Qemu =>
                    [
                        new ManualRepair("add mem-merge=off to -machine, and merge=off to memory backends that say otherwise"),
                    ],
                    _ => [new ManualRepair("take mergeable=on off --memory and --memory-zone")],
                }),
        });
    }

    private static IEnumerable<Judgement> NotDumped(HostFacts facts) => GuestMemoryAudit.Each(facts, machine => machine.DumpsCore switch
    {
        null => null,
        { IsOn: false, Evidence: var line } => Judgement.Closed("core dumps leave its memory out", line),
        { IsOn: null, Evidence: var line } => Judgement.Unknown(
            "needs dump_guest_core of /etc/libvirt/qemu.conf, since the machine leaves it open",
            line
        ),
        { Evidence: var line } => GuestMemoryAudit.ClosedByEncryption(machine)
            ?? Judgement
                .Open("a core dump of its monitor holds its memory", line)
                .RepairedBy(
                    machine.Monitor switch
        {
            MachineMonitor.Libvirt => DomainRepair.Of(machine, "write dumpCore=\"off\" on <memory>"),
            MachineMonitor.Qemu =>
            [
                new ManualRepair(
                    "add dump-guest-core=off to -machine, and dump=off to memory backends that say otherwise"
                ),
            ],
            _ => [new ManualRepair("Kata has no option for it: give what starts its shims LimitCORE=0")],
        }),
    });

    private static IEnumerable<Judgement> NotSwapped(HostFacts facts)
    {
        Reading swaps = facts.Read(Swaps);
        bool hasNone =
            facts.Scope == FactScope.Host && swaps.Text is not null && swaps.Lines.Skip(1).All(line => line.Text.Trim().Length == 0);
        return GuestMemoryAudit.Each(facts, machine => machine switch
        {
            { Locked: null } => null,
            { HugePages: { IsOn: true, Evidence: var line } } => Judgement.Closed("huge pages are never swapped out", line),
            { Locked: { IsOn: true, Evidence: var line } } => Judgement.Closed("its memory is locked", line),
            _ when hasNone => Judgement.Closed("no swap area is in use", swaps.Evidence),
            { Locked: { IsOn: null, Evidence: var line } } => Judgement.Unknown("needs whether its memory is locked", line),
            { Locked.Evidence: var line } => GuestMemoryAudit.ClosedByEncryption(machine)
                ?? Judgement
                    .Open("its memory can be swapped out", line)
                    .RepairedBy(
                        new ManualRepair(
                            machine.Monitor switch
            {
                MachineMonitor.Qemu =>
                    "add -overcommit mem-lock=on, with a limit on locked memory that is large enough, or use encrypted swap or none",
                MachineMonitor.Libvirt => "write <locked/> in <memoryBacking> and <hard_limit> in <memtune>, or use encrypted swap or none",
                MachineMonitor.Crosvm => "add --lock-guest-memory, or use encrypted swap or none",
                _ => "use encrypted swap or none, or give the guest's control group memory.swap.max = 0",
            })),
        });
    }

    private static IEnumerable<Judgement> LockLimited(HostFacts facts) => GuestMemoryAudit.Each(facts, machine => machine.LockLimit switch
    {
        null => null,
        { IsOn: true, Evidence: var line } => Judgement.Closed("locked memory has a limit", line),
        { Evidence: var line } => Judgement
            .Open("its memory is locked without a limit", line)
            .RepairedBy(new ManualRepair("write <hard_limit> in <memtune>: the guest's memory and what QEMU itself needs")),
    });

    private static IEnumerable<Judgement> FreedPagesReturned(HostFacts facts) =>
        GuestMemoryAudit.Each(facts, machine => machine.ReturnsFreePages switch
    {
        null => null,
        { IsOn: true, Evidence: var line } => Judgement.Closed("pages that the guest frees go back to the host", line),
        { Evidence: var line } => Judgement
            .Open("pages that the guest frees stay as they are until its end", line)
            .RepairedBy(
                machine.Monitor switch
        {
            MachineMonitor.Libvirt => DomainRepair.Of(machine, "write freePageReporting=\"on\" on <memballoon>"),
            MachineMonitor.Qemu => [new ManualRepair("add -device virtio-balloon-pci,free-page-reporting=on")],
            MachineMonitor.Firecracker => [new ManualRepair("set \"free_page_reporting\": true under \"balloon\"")],
            MachineMonitor.CloudHypervisor => [new ManualRepair("add --balloon size=0,free_page_reporting=on")],
            MachineMonitor.Crosvm => [new ManualRepair("add --balloon-page-reporting")],
            _ => [new ManualRepair("set reclaim_guest_freed_memory = true")],
        }),
    });

    private static IEnumerable<Judgement> Encrypted(HostFacts facts) => GuestMemoryAudit.Each(facts, machine => machine.Encrypted switch
    {
        null => null,
        { IsOn: true } => GuestMemoryAudit.ClosedByEncryption(machine),
        { IsOn: null, Evidence: var line } => Judgement.Unknown("needs whether the processor encrypts its memory", line),
        { Evidence: var line } => Judgement
            .Open("the host can read its memory", line)
            .RepairedBy(new ManualRepair("start it as a confidential guest (SEV-SNP, TDX) where the processor and the guest can")),
    });
}
