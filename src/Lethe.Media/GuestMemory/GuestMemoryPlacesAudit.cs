using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Guests;
using Lethe.Media.Auditing;

namespace Lethe.Media.GuestMemory;

/// <summary>Places where a guest's memory stays after its end: files, pools, saved states.</summary>
internal static class GuestMemoryPlacesAudit
{
    private static readonly string[] Disposal = ["NIST SP 800-53 SI-14(2)", "NIST SP 800-53 MP-6", "Common Criteria FDP_RIP.2"];
    private static readonly string[] AtRest = ["NIST SP 800-53 SC-28", .. Disposal];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("guest-memory/no-memory-file", Severity.High, "memory is in no file on a disk",
            "The guest's memory is written to the file's disk as it is. A file with a name stays when the monitor is killed; one without "
                + "leaves its blocks unwiped.",
            NoMemoryFile
        )
        { Routes = ["scratch-storage/unlink"], References = AtRest },
        new("guest-memory/no-file-in-memory", Severity.Medium, "memory is in no file of a tmpfs",
            "A file in /dev/shm outlives a monitor that is killed before it removes it, is swapped like all of tmpfs, and its pages are "
                + "cleared only where the kernel clears freed pages.",
            NoFileInMemory
        )
        { AlsoMedia = [Medium.PosixSharedMemory], Routes = ["tmpfs/kept"], References = Disposal },
        new("guest-memory/huge-pages-cleared", Severity.High, "memory is in no huge page pool",
            "Huge pages go back to the pool as they are, init_on_free or not, and are cleared only when somebody uses them again.",
            HugePages
        )
        {
            AlsoMedia = [Medium.HugePagePool],
            Routes = ["huge-page-pool/exit", "huge-page-pool/file"],
            References = ["Common Criteria FDP_RIP.2", "NIST SP 800-53 SI-14(2)"],
        },
        new("guest-memory/no-state-in-files", Severity.High, "nothing of it is saved in files",
            "Saved states, templates and dumps hold the guest's memory in full; deleting the file does not wipe its blocks.",
            NoStateInFiles
        )
        { AlsoMedia = [Medium.ScratchStorage], References = AtRest },
        new("guest-memory/no-guest-swap", Severity.High, "the guest swaps to no file of the host",
            "What the guest swaps out stands in the file as it is, and stays there after its end.", NoGuestSwap)
        { AlsoMedia = [Medium.Swap], References = ["NIST SP 800-53 SC-28", "PCI DSS 4.0.1 3.2.1"] },
        new("guest-memory/discard-not-relied-on", Severity.Low, "discarding is not taken for clearing",
            "discard-data only spares writing pages back: QEMU's own text calls it an optimization, and a monitor that aborts or is "
                + "killed discards nothing.",
            DiscardNotReliedOn
        ),
    ];

    private static IEnumerable<Judgement> NoMemoryFile(HostFacts facts) => GuestMemoryAudit.Each(facts, machine => machine switch
    {
        { Monitor: MachineMonitor.Firecracker or MachineMonitor.Crosvm } => null,
        { File: { IsDescriptor: true } file } => GuestMemoryAudit.ClosedByEncryption(machine) ?? Unnamed(file),
        { File: { IsHugePages: false, IsInMemory: false } file } => GuestMemoryAudit.ClosedByEncryption(machine)
            ?? Judgement.Open($"its memory is in a file below {file.Path}", file.Evidence).RepairedBy(WithoutFile(machine)),
        { File: { } file } => Judgement.Closed("its memory is in no file on a disk", file.Evidence),
        _ => Judgement.Closed("its memory is in no file", machine.Origin),
    });

    private static Judgement Unnamed(GuestMemoryFile file) =>
        Judgement.Unknown($"needs what {file.Path} is: a memfd, or a file on a disk", file.Evidence);

    private static IReadOnlyList<Repair> WithoutFile(GuestMachine machine) => machine.Monitor switch
    {
        MachineMonitor.Qemu =>
        [
            new ManualRepair("use -object memory-backend-memfd (or memory-backend-ram) in place of memory-backend-file or -mem-path"),
        ],
        MachineMonitor.Libvirt => DomainRepair.Of(machine, "write <source type=\"memfd\"/> in <memoryBacking>"),
        MachineMonitor.CloudHypervisor => [new ManualRepair("take file= off the memory zone; shared=on without it uses a memfd")],
        _ => [new ManualRepair("set file_mem_backend = \"\"")],
    };

    private static IEnumerable<Judgement> NoFileInMemory(HostFacts facts) => GuestMemoryAudit.Each(facts, machine => machine switch
    {
        { Monitor: MachineMonitor.Firecracker or MachineMonitor.Crosvm } => null,
        { File: { IsDescriptor: true } file } => GuestMemoryAudit.ClosedByEncryption(machine) ?? Unnamed(file),
        { File: { IsHugePages: false, IsInMemory: true } file } => GuestMemoryAudit.ClosedByEncryption(machine)
            ?? Judgement.Open($"its memory is a file below {file.Path}", file.Evidence).RepairedBy(machine.Monitor == MachineMonitor.Kata
                ? [new ManualRepair("watch for files below /dev/shm after a sandbox is killed; shared_fs = \"none\" needs no such file")]
                : WithoutFile(machine)),
        _ => Judgement.Closed("its memory is in no file of a tmpfs", machine.File?.Evidence ?? machine.Origin),
    });

    private static IEnumerable<Judgement> HugePages(HostFacts facts) => GuestMemoryAudit.Each(facts, machine => machine.HugePages switch
    {
        null => null,
        { IsOn: true, Evidence: var line } => GuestMemoryAudit.ClosedByEncryption(machine)
            ?? Judgement.Open("its memory is in huge pages, which nobody clears when it ends", line).RepairedBy(new ManualRepair(
                "use ordinary pages (transparent huge pages are cleared like them), or empty the pool after the guest ends: "
                    + "vm.nr_hugepages to 0 and back, on a kernel with init_on_free=1"
            )
        ),
        { IsOn: false, Evidence: var line } => Judgement.Closed("its memory is in ordinary pages", line),
        { Evidence: var line } => Judgement.Unknown("needs whether its memory is in huge pages", line),
    });

    private static IEnumerable<Judgement> NoStateInFiles(HostFacts facts) =>
        GuestMemoryAudit.Each(facts, machine =>
            machine.Written is [var first, ..]
        ? Judgement
            .Open($"{first.What} is written to {first.Where}", [.. machine.Written.Select(written => written.Evidence)])
            .RepairedBy([.. machine.Written.Select(written => new ManualRepair(written.Instead))])
        : Judgement.Closed("its configuration writes nothing of it to files", machine.Origin));

    private static IEnumerable<Judgement> NoGuestSwap(HostFacts facts) => GuestMemoryAudit.Each(facts, machine => machine.GuestSwap switch
    {
        null => null,
        { IsOn: true, Evidence: var line } => Judgement
            .Open("the guest swaps to a file of the host, unencrypted", line)
            .RepairedBy(new ManualRepair("set enable_guest_swap = false")),
        { Evidence: var line } => Judgement.Closed("the guest has no swap on the host", line),
    });

    private static IEnumerable<Judgement> DiscardNotReliedOn(HostFacts facts) =>
        GuestMemoryAudit.Each(facts, machine => machine.Discards switch
    {
        null => null,
        { IsOn: true, Evidence: var line } => Judgement
            .Open("its file is discarded at an orderly end only", line)
            .RepairedBy(new ManualRepair("have its memory in no file; keep discarding as the optimization it is")),
        { IsOn: false, Evidence: var line } => Judgement.Closed("nothing relies on discarding", line),
        { Evidence: var line } => Judgement.Unknown("needs whether its file is discarded", line),
    });
}
