using System.Globalization;

namespace Lethe.Evidence.Scan.Pictures;

/// <summary>What a picture of memory shows, in words.</summary>
internal static class PageMapLegend
{
    /// <summary>An entry: a colour, what it stands for, and how much of memory that is.</summary>
    /// <param name="Colour">0xRRGGBB.</param>
    /// <param name="Name">What it stands for.</param>
    /// <param name="Share">How much, for example <c>12 %</c>.</param>
    public sealed record Entry(int Colour, string Name, string Share);

    /// <summary>The page states that occur, in the order in which legends name them, with their shares of memory; then its holes.</summary>
    public static IReadOnlyList<Entry> States(PageMap map)
    {
        long[] counts = new long[256];
        foreach (byte state in map.States) counts[state]++;
        long memory = map.States.Length - counts[PageMap.NoMemory];
        string[] order = [.. PageStateColours.All.Select(known => known.State)];
        var entries = map.Names.Select((name, index) => (Name: name, Cells: counts[index]))
            .Where(state => state.Cells > 0)
            .OrderBy(state => Array.IndexOf(order, state.Name) is >= 0 and var known ? known : order.Length)
            .Select(state => new Entry(
                PageStateColours.Of(state.Name),
                Printable.Of(PageStateText.Of(state.Name)),
                Percent(state.Cells, memory)
            ));
        if (memory == map.States.Length) return [.. entries];
        return
        [
            .. entries,
            new Entry(PageStateColours.NoMemory, "no memory", ByteSize.Format(counts[PageMap.NoMemory] * map.BytesPerCell())),
        ];
    }

    /// <summary>How much residue there is.</summary>
    public static Entry Residue(PageMap map)
    {
        long bytes = 0;
        int cells = 0;
        bool capped = false;
        foreach (ushort found in map.Residue)
        {
            if (found == 0) continue;
            bytes += found;
            cells++;
            capped |= found == PageMap.MostResidue;
        }

        string share =
            cells == 0
                ? "none"
                : $"{(capped ? "at least " : "")}{ByteSize.Format(bytes)} in {Number(cells)} of {Number(map.States.Length)} cells";
        return new Entry(PageStateColours.Residue, "residue", share);
    }

    /// <summary>How much memory a map covers, holes left out, in bytes.</summary>
    public static long MemoryBytes(PageMap map) =>
        (map.States.Length - (long)map.States.AsSpan().Count(PageMap.NoMemory)) * map.BytesPerCell();

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(long part, long whole)
    {
        double percent = 100.0 * part / whole;
        return percent < 0.1 ? "< 0.1 %" : percent.ToString(percent < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %";
    }
}
