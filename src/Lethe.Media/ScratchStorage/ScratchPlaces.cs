using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.ScratchStorage;

/// <summary>The directories that workloads write to, and the storage below them.</summary>
internal static class ScratchPlaces
{
    private const string Data = "/var/lib/", AtStart = "system/local-fs.target.wants/", Units = "/etc/systemd/system/";

    private static readonly string[] StartDirectories = ["/etc/systemd/" + AtStart, "/usr/lib/systemd/" + AtStart];

    public static IReadOnlyList<string> Wants { get; } = [Data, Units, .. StartDirectories, .. PathStorage.Wants];

    /// <summary>The directories that exist on the host. <c>/tmp</c> and <c>/var/tmp</c> are always among them.</summary>
    public static IEnumerable<string> Of(HostFacts facts)
    {
        yield return "/tmp";
        yield return "/var/tmp";
        foreach (FactEntry entry in facts.Read(Data).Entries)
        {
            // A manager's directory is often a link to a larger disk.
            string place = entry.Target is { } target && target.StartsWith('/') ? target : Data + entry.Name;
            if (entry.Name is "docker" or "containers" or "containerd" or "kubelet") yield return place;
            else if (entry.Name == "libvirt") yield return place + "/images";
        }
    }

    /// <summary>The storage below a directory.</summary>
    public static PathStorage StorageOf(HostFacts facts, string place)
    {
        PathStorage storage = PathStorage.Of(facts, place);
        // systemd mounts a tmpfs there without a line in fstab(5), unless the unit is masked.
        if (
            facts.Scope == FactScope.Root
            && place == "/tmp"
            && storage.Mount?.Point is null or "/"
            && StartDirectories.Select(facts.Read).FirstOrDefault(units => units.Entries.Any(unit => unit.Name == "tmp.mount"))
                is { } started
            && !facts.Read(Units).Entries.Any(unit => unit is { Name: "tmp.mount", Target: "/dev/null" })
        )
            return new PathStorage(StorageKind.Memory, null, null, [new(started.Source + "tmp.mount", null, "enabled")], null);
        return storage;
    }

    /// <summary>Whether the directories are encrypted or in memory: one judgement for each.</summary>
    public static IEnumerable<Judgement> Encrypted(HostFacts facts)
    {
        if (facts.Scope == FactScope.Files) yield break;
        foreach (string place in Of(facts)) yield return Judge(StorageOf(facts, place)).About(place);
        if (facts.Read(Data) is { Problem: { } problem }) yield return Judgement.Unknown($"needs {Data}: {problem}");
    }

    private static Judgement Judge(PathStorage storage) => storage.Kind switch
    {
        StorageKind.Memory => Judgement.Closed("it is in memory", storage.Evidence),
        StorageKind.Encrypted => Judgement.Closed("it is on an encrypted device", storage.Evidence),
        StorageKind.Unknown => Judgement.Unknown($"needs {storage.Needed}", storage.Evidence),
        _ => Judgement
            .Open(
                $"files are written as they are to {storage.Device?.Name ?? storage.Mount?.Source}, and stay there when they are deleted",
                storage.Evidence
            )
            .RepairedBy(
                new ManualRepair(
                    "put it on a dm-crypt volume with a key made anew at each start (crypttab: /dev/urandom), or in memory (tmpfs), or "
                        + "run the workload under lethe run, which does that"
                )
            ),
    };
}
