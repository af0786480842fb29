using System.Globalization;

namespace Lethe.Scanning.Sources.Live;

/// <summary>
/// Maps a guest's addresses to bytes of its RAM. It parses the flat view of memory that QEMU's monitor prints (<c>info mtree -f</c>,
/// system/memory.c, mtree_print_flatview). A line is <c>first-last (prio N, kind): region @offset ...</c>. Numbers are hexadecimal. The
/// offset is left out when it is 0.
/// </summary>
internal static class GuestAddressMap
{
    private const string Memory = "AS \"memory\"", View = "FlatView ", Priority = " (prio ";

    /// <summary>A range of RAM: its region, its offset there, the guest's address of it, and its length, in bytes.</summary>
    public readonly record struct Range(string Region, long Offset, ulong Address, long Length);

    /// <summary>Parses the view of the processors' memory. Empty when there is none.</summary>
    public static List<Range> Parse(string text)
    {
        var ranges = new List<Range>();
        bool wanted = false;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> line = raw.Trim();
            if (line.StartsWith(View, StringComparison.Ordinal)) wanted = false;
            else if (line.StartsWith(Memory, StringComparison.Ordinal)) wanted = true;
            else if (wanted && ParseLine(line) is { } range) ranges.Add(range);
        }

        return ranges;
    }

    private static Range? ParseLine(ReadOnlySpan<char> line)
    {
        int dash = line.IndexOf('-'),
            priority = line.IndexOf(Priority, StringComparison.Ordinal),
            close = line.IndexOf("): ", StringComparison.Ordinal);
        if (
            dash <= 0
            || priority < dash
            || close < priority
            || line[priority..close].IndexOf(", ", StringComparison.Ordinal) is not (> 0 and var comma)
        )
            return null;
        // Non-volatile memory has nv- before its kind. Memory that the guest may only read counts as RAM here.
        if (line[(priority + comma + 2)..close] is not ("ram" or "rom" or "nv-ram" or "nv-rom")) return null;
        if (!TryHexadecimal(line[..dash], out ulong first) || !TryHexadecimal(line[(dash + 1)..priority], out ulong last)) return null;
        if (last < first || last >= PhysicalAddress.End) return null;
        ReadOnlySpan<char> rest = line[(close + 3)..];
        int end = rest.IndexOf(' ');
        ReadOnlySpan<char> region = end < 0 ? rest : rest[..end], after = end < 0 ? [] : rest[(end + 1)..];
        ulong offset = 0;
        if (after.StartsWith("@", StringComparison.Ordinal))
        {
            int space = after.IndexOf(' ');
            if (!TryHexadecimal(space < 0 ? after[1..] : after[1..space], out offset) || offset >= PhysicalAddress.End) return null;
        }

        return new Range(region.ToString(), (long)offset, first, (long)(last - first + 1));
    }

    private static bool TryHexadecimal(ReadOnlySpan<char> text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
