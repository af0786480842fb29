namespace Lethe.Evidence.Scan.Pictures;

/// <summary>How memory is laid out in a picture.</summary>
public enum PageMapLayout
{
    /// <summary>Along a Hilbert curve: what lies together in memory lies together in the picture.</summary>
    Hilbert,

    /// <summary>Line by line, as text is read.</summary>
    Rows,
}

/// <summary>The cells of a map at their places in a picture.</summary>
internal sealed class MemoryGrid
{
    // More cells than pixels in a square of 1024 are put together.
    private const int MostCells = 1 << 20;

    private readonly byte[] states;
    private readonly bool[] residue;
    private readonly (int X, int Y)[] places;

    private MemoryGrid(PageMap map, int together, PageMapLayout layout)
    {
        BytesPerCell = map.BytesPerCell() * together;
        int cells = (map.States.Length + together - 1) / together;
        (states, residue, places) = (new byte[cells], new bool[cells], new (int, int)[cells]);
        int order = HilbertCurve.OrderFor(cells);
        for (int cell = 0; cell < cells; cell++)
        {
            int first = cell * together, count = Math.Min(together, map.States.Length - first);
            states[cell] = Commonest(map.States.AsSpan(first, count));
            residue[cell] = map.Residue.AsSpan(first, count).ContainsAnyExcept((ushort)0);
            places[cell] = layout == PageMapLayout.Hilbert ? HilbertCurve.PlaceOf(cell, order) : (cell & ((1 << order) - 1), cell >> order);
            Width = Math.Max(Width, places[cell].X + 1);
            Height = Math.Max(Height, places[cell].Y + 1);
        }
    }

    /// <summary>Cells from left to right; no more than the memory needs.</summary>
    public int Width { get; }

    /// <summary>Cells from top to bottom; no more than the memory needs.</summary>
    public int Height { get; }

    /// <summary>Bytes of memory a cell stands for.</summary>
    public long BytesPerCell { get; }

    /// <summary>How many cells there are.</summary>
    public int Count => states.Length;

    public static MemoryGrid Of(PageMap map, PageMapLayout layout)
    {
        int together = 1;
        while (map.States.Length / together > MostCells) together *= 4;
        return new MemoryGrid(map, together, layout);
    }

    public (int X, int Y) PlaceOf(int cell) => places[cell];

    /// <summary>The state's index, or <see cref="PageMap.NoMemory"/>.</summary>
    public byte StateOf(int cell) => states[cell];

    public bool HasResidue(int cell) => residue[cell];

    private static byte Commonest(ReadOnlySpan<byte> cells)
    {
        if (cells.Length == 1) return cells[0];
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        byte commonest = cells[0];
        foreach (byte state in cells)
            if (++counts[state] > counts[commonest]) commonest = state;
        return commonest;
    }
}
