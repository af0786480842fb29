using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>A zram device that zram-generator.conf(5) will make.</summary>
/// <param name="Name">As <c>zram0</c>.</param>
/// <param name="WritebackDevice">Where pages go that are not worth their memory; null for nowhere.</param>
/// <param name="Evidence">The line that says so.</param>
internal sealed record CompressedSwap(string Name, string? WritebackDevice, Citation Evidence)
{
    private static readonly string[] Files =
    [
        "/usr/lib/systemd/zram-generator.conf",
        "/etc/systemd/zram-generator.conf",
        "/usr/lib/systemd/zram-generator.conf.d/*.conf",
        "/etc/systemd/zram-generator.conf.d/*.conf",
    ];

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants => Files;

    /// <summary>Reads them out of facts; a main file in <c>/etc</c> takes the place of the other, snippets add to it.</summary>
    public static IReadOnlyList<CompressedSwap> Of(HostFacts facts)
    {
        var devices = new SortedDictionary<string, CompressedSwap>(StringComparer.Ordinal);
        Reading own = facts.Read(Files[1]);
        foreach (
            Reading file in (Reading[])
                [own.Text is null ? facts.Read(Files[0]) : own, .. facts.Matching(Files[2]), .. facts.Matching(Files[3])]
        )
        {
            string section = "";
            foreach (TextLine line in file.Lines)
            {
                string text = line.Text.Trim();
                if (text.StartsWith('[') && text.EndsWith(']')) section = text[1..^1];
                if (!section.StartsWith("zram", StringComparison.Ordinal)) continue;
                if (text.StartsWith('[')) devices.TryAdd(section, new CompressedSwap(section, null, line.Evidence));
                else if (text.Split('=', 2, StringSplitOptions.TrimEntries) is ["writeback-device", var device])
                    devices[section] = new CompressedSwap(section, device, line.Evidence);
            }
        }

        return [.. devices.Values];
    }
}
