using System.Globalization;
using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.HugePagePool;

/// <summary>Whether huge pages go back to a pool without being cleared.</summary>
internal sealed class HugePagePoolAudit : IAudit
{
    private const string Pools = "/sys/kernel/mm/hugepages/", Kept = "nr_hugepages", Free = "free_hugepages", Setting = "vm.nr_hugepages";
    private static readonly string[] Mounts =
    [
        "/dev/hugepages/",
        "/dev/hugepages/*/",
        "/dev/hugepages/libvirt/qemu/*/",
        "/dev/hugepages1G/",
        "/mnt/huge*/",
        "/hugepages*/",
    ];

    public Medium Medium => Medium.HugePagePool;

    public IReadOnlyList<string> Wants =>
        [
            Pools,
            Pools + "*/" + Kept,
            Pools + "*/" + Free,
            .. Mounts,
            .. MountTable.Wants,
            .. SystemSettings.Wants(Setting),
            .. KernelCommandLine.Wants,
        ];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("huge-page-pool/empty", Severity.High, "no huge pages are kept in a pool",
            "A page of the pool goes back to it as it is, whatever init_on_free says, and is cleared only when somebody is given it next. "
                + "Pages beyond the pool (overcommit) go back to the kernel and are cleared there.",
            Empty
        )
        {
            Routes = ["huge-page-pool/exit", "huge-page-pool/pool-shrunk"],
            References = ["NIST SP 800-53 SI-14(2)", "NIST SP 800-53 MP-6", "Common Criteria FDP_RIP.2"],
        },
        new("huge-page-pool/no-files-left", Severity.Medium, "no files are left in huge pages",
            "A file in hugetlbfs keeps its pages and their content until it is deleted; emulators and packet drivers leave such files "
                + "when they are killed.",
            NoFilesLeft
        )
        {
            Routes = ["huge-page-pool/file"],
            References = ["NIST SP 800-53 SI-12(3)"],
        },
    ];

    private static IEnumerable<Judgement> Empty(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) return Configured(facts);
        Reading directory = facts.Read(Pools);
        if (directory.IsAbsent) return [Judgement.Closed("this kernel has no huge page pool", directory.Evidence)];
        if (directory.IsUnknown) return [Judgement.Unknown($"needs {Pools}: {directory.Problem}")];
        return OfPools(facts, directory);
    }

    private static IEnumerable<Judgement> OfPools(HostFacts facts, Reading directory)
    {
        var empty = new List<Citation>();
        var line = KernelCommandLine.Of(facts);
        foreach (FactEntry pool in directory.Entries)
        {
            Reading kept = facts.Read($"{Pools}{pool.Name}/{Kept}"), free = facts.Read($"{Pools}{pool.Name}/{Free}");
            if (Number(kept) is not { } pages)
                yield return Judgement.Unknown($"needs {kept.Path}: {kept.Problem ?? "it is no number"}").About(pool.Name);
            else if (pages == 0) empty.Add(kept.Evidence);
            else
                yield return Judgement
                    .Open(
                        $"{pages} pages stay in the pool of {pool.Name}, "
                            + $"{Number(free)?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number"} of them free and not cleared",
                        kept.Evidence,
                        free.Evidence
                    )
                    .About(pool.Name)
                    .RepairedBy(RepairsOf(pool.Name, pages, Number(free), line));
        }

        if (empty.Count == directory.Entries.Count) yield return Judgement.Closed("every pool is empty", empty);
    }

    private static IEnumerable<Judgement> Configured(HostFacts facts)
    {
        Setting setting = SystemSettings.Read(facts, Setting);
        var line = KernelCommandLine.Of(facts);
        Parameter[] asked = [.. line.All("hugepages").Where(parameter => parameter.Value is not "0")];
        if (setting.Value is { } value && value != "0")
            yield return Judgement
                .Open($"{value} pages will stay in the pool", setting.Evidence)
                .RepairedBy(new SystemSetting(Setting, "0"), new SystemSetting("vm.nr_overcommit_hugepages", value));
        foreach (Parameter parameter in asked)
            yield return Judgement
                .Open($"{parameter.Value} pages will stay in the pool", parameter.Evidence)
                .RepairedBy(new NoKernelParameter($"{parameter.Name}={parameter.Value}"));
        if (asked.Length > 0 || setting.Value is not (null or "0")) yield break;
        if (line.Problem is not null && setting.Value is null) yield return Judgement.Unknown($"needs {line.Problem}");
        else
            yield return Judgement.Closed(
                "no pages are put into the pool",
                [.. setting.Value is null ? line.Evidence : [setting.Evidence]]
            );
    }

    // Freed pages beyond the pool go to the kernel. So the pages in use may become overcommitted ones.
    private static IReadOnlyList<Repair> RepairsOf(string pool, long pages, long? free, KernelCommandLine line)
    {
        var repairs = new List<Repair>();
        foreach (Parameter parameter in line.All("hugepages")) repairs.Add(new NoKernelParameter($"{parameter.Name}={parameter.Value}"));
        string count = pages.ToString(CultureInfo.InvariantCulture);
        if (free != pages) repairs.Add(new KernelFile($"{Pools}{pool}/nr_overcommit_hugepages", count));
        repairs.Add(new KernelFile($"{Pools}{pool}/{Kept}", "0"));
        return repairs;
    }

    private static IEnumerable<Judgement> NoFilesLeft(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        var table = MountTable.Of(facts);
        foreach (Mount mount in table.Seen.Where(mount => mount.Type == "hugetlbfs"))
        {
            string point = mount.Point.TrimEnd('/') + "/";
            Reading[] directories =
            [
                facts.Read(point),
                .. Mounts
                    .SelectMany(facts.Matching)
                    .Where(directory => directory.Path.StartsWith(point, StringComparison.Ordinal) && directory.Path != point)
                    .DistinctBy(directory => directory.Path),
            ];
            // Directories have length 0 there.
            (string Path, FactEntry Entry)[] files =
            [
                .. from directory in directories
                from entry in directory.Entries
                where entry.Bytes > 0
                select (directory.Path + entry.Name, entry),
            ];
            if (files.Length > 0)
                yield return Judgement
                    .Open(
                        $"{files.Length} files with {files.Sum(file => Math.Max(0, file.Entry.Bytes >> 10))} KiB are in {mount.Point}",
                        [
                            mount.Evidence,
                            .. files
                                .Take(5)
                                .Select(file => new Citation(file.Path, null, $"{file.Entry.Bytes} bytes, user {file.Entry.Owner}")),
                        ]
                    )
                    .About(mount.Point)
                    .RepairedBy(
                        new ManualRepair($"delete the files in {mount.Point} that no running program uses (fuser -v FILE says who)")
                    );
            else if (directories.FirstOrDefault(directory => directory.IsUnknown) is { } closed)
                yield return Judgement.Unknown($"needs the entries of {closed.Path}: {closed.Problem}", mount.Evidence).About(mount.Point);
            else yield return Judgement.Closed("there are no files in it", mount.Evidence).About(mount.Point);
        }
    }

    private static long? Number(Reading reading) =>
        long.TryParse(reading.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
