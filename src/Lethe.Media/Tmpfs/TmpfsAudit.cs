using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Linux.Text;
using Lethe.Media.Auditing;

namespace Lethe.Media.Tmpfs;

/// <summary>Whether files that are meant to stay in memory only do so.</summary>
internal sealed class TmpfsAudit : IAudit
{

    public Medium Medium => Medium.Tmpfs;

    public IReadOnlyList<string> Wants => [KernelRelease.Source, .. MountTable.Wants, .. SwapAreas.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("tmpfs/not-swapped", Severity.Medium, "files in memory are not swapped to a medium",
            "A tmpfs is swapped out like the memory of processes. What was deleted from it then stays in the swap area.", NotSwapped)
        {
            AlsoMedia = [Medium.PosixSharedMemory],
            Routes = ["swap/exit", "tmpfs/unlink"],
            References = ["NIST SP 800-53 SC-28", "PCI DSS 4.0.1 3.2.1"],
        },
        new("tmpfs/limited", Severity.Low, "files in memory have a size limit",
            "A tmpfs without limit can push all other memory out to swap.", Limited),
        new("tmpfs/names-not-public", Severity.Low, "others cannot list files in memory",
            "Who may list a directory reads the names of what workloads left there, and those files that their makers did not close to "
                + "others.",
            NamesNotPublic
        )
        {
            References = ["NIST SP 800-53 SC-4 (its text excludes remanence)"],
        },
    ];

    private static IEnumerable<Judgement> NotSwapped(HostFacts facts)
    {
        var table = MountTable.Of(facts);
        var areas = SwapAreas.Of(facts);
        if ((table.Problem ?? areas.Problem) is { } problem)
        {
            yield return Judgement.Unknown($"needs {problem}");
            yield break;
        }

        Mount[] mounts = [.. Writable(table)];
        SwapArea[] readable = [.. areas.Readable.OrderByDescending(area => area.Protection)];
        Mount[] swapped = [.. mounts.Where(mount => mount.Option("noswap") is null)];
        if (facts.Scope != FactScope.Host && mounts.Length == 0) yield break;
        if (swapped.Length == 0)
            yield return Judgement.Closed("no tmpfs that can be written to can be swapped", [.. mounts.Select(mount => mount.Evidence)]);
        else if (readable.Length == 0)
            yield return Judgement.Closed(
                "no swap area can be read afterwards",
                [areas.Evidence, .. areas.All.SelectMany(area => area.Evidence)]
            );
        else if (readable[0].Protection == SwapProtection.Unknown)
            yield return Judgement.Unknown($"needs to know {readable[0].Reason}", readable[0].Evidence);
        else
            foreach (Mount mount in swapped)
                yield return Judgement
                    .Open($"{mount.Point} can be swapped out to {readable[0].Path}", [mount.Evidence, .. readable[0].Evidence])
                    .About(mount.Point)
                    .RepairedBy(RepairOf(facts, mount));
    }

    private static IEnumerable<Judgement> Limited(HostFacts facts)
    {
        Mount[] mounts = [.. Writable(MountTable.Of(facts))], unlimited = [.. mounts.Where(mount => mount.Option("size") is "0" or "0k")];
        if (mounts.Length == 0) yield break;
        yield return unlimited.Length == 0
            ? Judgement.Closed("each tmpfs has a size limit, half of the RAM unless set")
            : Judgement
                .Open($"{unlimited.Length} tmpfs have no size limit: {Listed(unlimited)}", [.. unlimited.Select(mount => mount.Evidence)])
                .RepairedBy([.. unlimited.Select(mount => new ManualRepair($"mount {mount.Point} with size="))]);
    }

    private static IEnumerable<Judgement> NamesNotPublic(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        // Without the option mode=, its directory is open to all (mode 1777).
        Mount[] mounts = [.. Writable(MountTable.Of(facts))], open = [.. mounts.Where(mount => (Mode(mount) & 4) != 0)];
        if (mounts.Length == 0) yield break;
        yield return open.Length == 0
            ? Judgement.Closed("no tmpfs can be listed by others", [.. mounts.Select(mount => mount.Evidence)])
            : Judgement
                .Open($"everybody can list {open.Length} tmpfs: {Listed(open)}", [.. open.Take(5).Select(mount => mount.Evidence)])
                .RepairedBy(new ManualRepair("give services directories of their own (PrivateTmp=, RuntimeDirectoryMode=0700)"));
    }

    private static IEnumerable<Mount> Writable(MountTable table) =>
        table.Seen.Where(mount => mount.Type == "tmpfs" && mount.Options is not ["ro", ..]);

    // noswap is an option since Linux 6.4; an older kernel refuses the mount.
    private static Repair RepairOf(HostFacts facts, Mount mount)
    {
        bool tooOld = NodeSwap.HasNoSwap(facts.Read(KernelRelease.Source).Value ?? "") is false;
        if (tooOld) return new ManualRepair("encrypt swap with a random key: this kernel has no noswap (it came with Linux 6.4)");
        TextLine? row = facts
            .Read("/etc/fstab")
            .Lines.Select(line => (TextLine?)line)
            .FirstOrDefault(line =>
                line!.Value.Words is [var source, var point, "tmpfs", ..] && source[0] != '#' && OctalEscapes.Undo(point) == mount.Point
            );
        if (row is { Words: [_, _, _, var options, ..] } line)
            return new TableLine("etc/fstab", line.Text, string.Join(' ', [.. line.Words[..3], options + ",noswap", .. line.Words[4..]]));
        return mount.Point switch
        {
            "/tmp" => new DropIn(
                "etc/systemd/system/tmp.mount.d/lethe.conf",
                "Mount",
                "Options",
                "mode=1777,strictatime,nosuid,nodev,size=50%%,nr_inodes=1m,noswap"
            ),
            "/dev/shm" => new TableLine("etc/fstab", "", "tmpfs /dev/shm tmpfs nosuid,nodev,noswap 0 0"),
            _ => new ManualRepair($"mount {mount.Point} with noswap"),
        };
    }

    private static uint Mode(Mount mount)
    {
        uint mode = 0;
        if (mount.Option("mode") is not { Length: > 0 and <= 5 } text) return 0x3ff;
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7') return 0x3ff;
            mode = (mode << 3) | (uint)(digit - '0');
        }

        return mode;
    }

    private static string Listed(Mount[] mounts) =>
        string.Join(", ", mounts.Take(8).Select(mount => mount.Point)) + (mounts.Length > 8 ? " and others" : "");
}
