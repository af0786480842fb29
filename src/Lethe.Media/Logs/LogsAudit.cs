using Lethe.Evidence.Audit;
using Lethe.Media.Auditing;

namespace Lethe.Media.Logs;

/// <summary>What logs, and managers of machines and containers, keep of ended workloads.</summary>
internal sealed class LogsAudit : IAudit
{
    private const string Disposal = "NIST SP 800-53 SI-12(3)", AtRest = "NIST SP 800-53 SC-28", NonPersistence = "NIST SP 800-53 SI-14(2)";

    public Medium Medium => Medium.Logs;

    public IReadOnlyList<string> Wants { get; } = [.. Journal.Wants, .. LeftMachines.Wants, .. ContainerLayers.Wants, .. QubesTraces.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("logs/journal-volatile", Severity.Medium, "the journal is in memory only",
            "The journal holds what services and their workloads wrote, with names, arguments and times, for weeks.", Journal.Volatile)
        {
            References = [Disposal, NonPersistence],
        },
        new("logs/system-log-files", Severity.Low, "no log files of the system are kept",
            "A log daemon beside the journal keeps the same on disk a second time.", Journal.NoFiles)
        {
            References = [Disposal],
        },
        new("logs/machine-logs", Severity.Low, "no logs of virtual machines are kept",
            "They hold names, command lines and times of every machine that ran.", LeftMachines.NoLogs)
        {
            References = [Disposal, "QubesOS/qubes-issues#5820"],
        },
        new("logs/machine-consoles", Severity.Medium, "consoles of virtual machines are not kept",
            "Whatever a machine showed on its console stays in these files after its end.", LeftMachines.NoConsoles)
        {
            References = [Disposal, AtRest],
        },
        new("logs/container-output", Severity.Medium, "outputs of containers are not kept",
            "Container managers write all that a container prints to disk.", LeftMachines.NoOutput)
        {
            References = [Disposal, AtRest],
        },
        new("logs/saved-machines", Severity.High, "no saved virtual machines lie about",
            "A saved state or a snapshot holds all of a machine's memory.", LeftMachines.NoSavedStates)
        {
            AlsoMedia = [Medium.GuestMemory],
            References = [AtRest, NonPersistence, "NIST SP 800-53 MP-6"],
        },
        new("logs/machine-memory-files", Severity.High, "no files with the memory of ended machines lie about",
            "Memory backed by files is those files; they stay when their machine is killed.", LeftMachines.NoMemoryFiles)
        {
            AlsoMedia = [Medium.GuestMemory],
            References = [AtRest, NonPersistence, "NIST SP 800-53 MP-6"],
        },
        new("logs/container-layers", Severity.Medium, "no layers of ended containers lie about",
            "What a container wrote to its own file system stays in its layer until the container is removed, and in the disk's blocks "
                + "after that.",
            ContainerLayers.NoneLeft
        )
        {
            AlsoMedia = [Medium.ScratchStorage],
            Routes = ["scratch-storage/unlink"],
            References = [NonPersistence, Disposal],
        },
        .. QubesTraces.Rules,
    ];
}
