using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Media.Logs;

/// <summary>What managers of virtual machines and containers leave behind of them.</summary>
internal static class LeftMachines
{
    private const string RunningMachines = "/run/libvirt/qemu/",
        MemoryFiles = "/var/lib/libvirt/qemu/ram/",
        OlderMemoryFiles = MemoryFiles + "libvirt/qemu/";

    private static readonly LeftFiles[] LogFiles =
    [
        .. ((string[])["/var/log/libvirt/qemu/", "/var/log/libvirt/libxl/", "/var/log/libvirt/lxc/", "/var/log/libvirt/ch/"]).Select(
            directory => new LeftFiles(
                directory,
                "logs of virtual machines",
                new ManualRepair($"delete the logs in {directory.TrimEnd('/')} when their machines end, or keep that directory in memory")
            )
            {
                Counts = entry => entry.Bytes > 0 && !IsConsole(entry),
            }
        ),
    ];

    private static readonly LeftFiles[] ConsoleFiles =
    [
        Consoles("/var/log/xen/console/", entry => entry.Bytes > 0),
        Consoles("/var/log/libvirt/qemu/", entry => entry.Bytes > 0 && IsConsole(entry)),
        Consoles("/var/lib/nova/instances/*/", entry => entry.Name.StartsWith("console.log", StringComparison.Ordinal)),
        Consoles("/var/log/conserver/", entry => entry.Bytes > 0),
        Consoles("/var/consoles/", entry => entry.Bytes > 0),
    ];

    private static readonly LeftFiles[] OutputFiles =
    [
        Output("/var/lib/docker/containers/*/", entry =>
            entry.Name.Contains("-json.log", StringComparison.Ordinal) || entry.Name == "local-logs"
        ),
        Output("/var/lib/containers/storage/overlay-containers/*/userdata/", entry =>
            entry.Name.StartsWith("ctr.log", StringComparison.Ordinal)
        ),
        Output("/var/log/pods/*/*/", entry => entry.Name.Contains(".log", StringComparison.Ordinal)),
    ];

    private static readonly LeftFiles[] SavedStates =
    [
        .. (
            (string[])
                [
                    "/var/lib/libvirt/qemu/save/",
                    "/var/lib/libvirt/qemu/dump/",
                    "/var/lib/libvirt/libxl/save/",
                    "/var/lib/libvirt/libxl/dump/",
                    "/var/lib/xen/save/",
                    "/var/lib/xen/dump/",
                ]
        ).Select(directory => Saved(directory, "saved memories of virtual machines", _ => true)),
        Saved("/var/lib/libvirt/qemu/snapshot/*/", "snapshots of virtual machines", entry =>
            entry.Name.EndsWith(".xml", StringComparison.Ordinal)
        ),
        // The jailer's directories. Firecracker's own documents use these file names.
        Saved("/srv/jailer/*/*/root/", "snapshots of Firecracker", entry =>
            entry.Name.Contains("snap", StringComparison.Ordinal)
            || entry.Name.Contains("vmstate", StringComparison.Ordinal)
            || entry.Name.EndsWith(".mem", StringComparison.Ordinal)
            || entry.Name is "mem_file" or "mem"
        ),
    ];

    public static IReadOnlyList<string> Wants { get; } =
    [
        RunningMachines,
        MemoryFiles,
        OlderMemoryFiles,
        .. LogFiles.Concat(ConsoleFiles).Concat(OutputFiles).Concat(SavedStates).Select(left => left.Directories),
    ];

    public static IEnumerable<Judgement> NoLogs(HostFacts facts) => LogFiles.SelectMany(left => left.Of(facts));

    public static IEnumerable<Judgement> NoConsoles(HostFacts facts) => ConsoleFiles.SelectMany(left => left.Of(facts));

    public static IEnumerable<Judgement> NoOutput(HostFacts facts) => OutputFiles.SelectMany(left => left.Of(facts));

    public static IEnumerable<Judgement> NoSavedStates(HostFacts facts) => SavedStates.SelectMany(left => left.Of(facts));

    /// <summary>
    /// Whether files are left that were the memory of ended machines. libvirt names their directories by the machine's number and name.
    /// </summary>
    public static IEnumerable<Judgement> NoMemoryFiles(HostFacts facts)
    {
        HashSet<string> running =
        [
            .. facts
                .Read(RunningMachines)
                .Entries.Where(entry => entry.Name.EndsWith(".pid", StringComparison.Ordinal))
                .Select(entry => entry.Name[..^".pid".Length]),
        ];
        foreach (string directory in (string[])[MemoryFiles, OlderMemoryFiles])
        {
            var left = new LeftFiles(
                directory,
                "files with the memory of ended virtual machines",
                new ManualRepair(
                    $"overwrite and delete the files below {directory.TrimEnd('/')} whose machines have ended; set memory_backing_dir in "
                        + "/etc/libvirt/qemu.conf to a directory in memory"
                )
            )
            {
                Counts = entry => entry.Name != "libvirt" && !running.Contains(entry.Name[(entry.Name.IndexOf('-') + 1)..]),
            };
            foreach (Judgement judgement in left.Of(facts)) yield return judgement;
        }
    }

    private static bool IsConsole(FactEntry entry) =>
        entry.Name.Contains("serial", StringComparison.Ordinal) || entry.Name.Contains("console", StringComparison.Ordinal);

    private static LeftFiles Consoles(string directories, Func<FactEntry, bool> counts) =>
        new(
            directories,
            "consoles of virtual machines",
            new ManualRepair(
                $"do not log consoles below {directories}, or keep that directory in memory; overwrite and delete what is there"
            )
        )
        {
            Counts = counts,
        };

    private static LeftFiles Output(string directories, Func<FactEntry, bool> counts) =>
        new(
            directories,
            "outputs of containers",
            new ManualRepair(
                "use a log driver that keeps nothing on disk (Docker: \"log-driver\": \"none\"), or keep what is below "
                    + $"{directories[..directories.IndexOf('*')]} in memory"
            )
        )
        {
            Counts = counts,
        };

    private static LeftFiles Saved(string directories, string what, Func<FactEntry, bool> counts) =>
        new(
            directories,
            what,
            new ManualRepair(
                $"overwrite and delete what is below {directories} when nobody is to restore it (libvirt: virsh managedsave-remove, virsh "
                    + "snapshot-delete)"
            )
        )
        {
            Counts = counts,
        };
}
