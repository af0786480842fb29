using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>
/// How far discards get from a device down to what it is kept on. Each layer says for itself how much it takes at once
/// (<c>queue/discard_max_bytes</c>, Documentation/ABI/stable/sysfs-block); a layer that takes none swallows those from above.
/// </summary>
/// <param name="Stops">The layer that takes none, nearest to the device; null when all take them, or it is not known.</param>
/// <param name="Evidence">What the layers say.</param>
/// <param name="Needed">What would be needed to know; null when it is known.</param>
internal sealed record DiscardPath(BlockDevice? Stops, IReadOnlyList<Citation> Evidence, string? Needed)
{
    private const string Timer = "fstrim.timer", File = "queue/discard_max_bytes";

    private static readonly string[] Timers = ["/etc/systemd/system/timers.target.wants/", "/usr/lib/systemd/system/timers.target.wants/"];

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["/sys/class/block/*/" + File, .. Timers, .. BlockDevices.Wants];

    /// <summary>Follows a device's discards down.</summary>
    public static DiscardPath Of(HostFacts facts, BlockDevices devices, BlockDevice device)
    {
        var evidence = new List<Citation>();
        foreach (IReadOnlyList<BlockDevice> way in devices.Ways(device))
        {
            // Partitions have the queue of their disk, which comes next on the way.
            foreach (BlockDevice layer in way.Where(layer => layer.Disk is null))
            {
                Reading most = facts.Read(layer.Files + File);
                if (!long.TryParse(most.Value, out long bytes))
                    return new DiscardPath(null, evidence, $"{layer.Files}{File} ({most.Problem ?? "it is not there"})");
                evidence.Add(most.Evidence);
                if (bytes <= 0) return new DiscardPath(layer, evidence, null);
            }
        }

        return new DiscardPath(null, [.. evidence.Distinct()], null);
    }

    /// <summary>Whether a device itself takes discards; null when that is not known.</summary>
    public static (bool? Takes, Citation Evidence) TakenBy(HostFacts facts, BlockDevice device)
    {
        Reading most = facts.Read(device.Files + File);
        return (long.TryParse(most.Value, out long bytes) ? bytes > 0 : null, most.Evidence);
    }

    /// <summary>Where it is said that free blocks are discarded once a week (fstrim(8)); null when nothing says so.</summary>
    public static Citation? Weekly(HostFacts facts) =>
        Timers
            .Select(facts.Read)
            .Where(timers => timers.Entries.Any(entry => entry.Name == Timer))
            .Select(timers => new Citation(timers.Source + Timer, null, "enabled"))
            .FirstOrDefault();
}
