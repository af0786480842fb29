namespace Lethe.Evidence.Scan.Pictures;

/// <summary>Draws physical memory: page states as quiet colours, residue bright on top of them.</summary>
internal static class PageMapPicture
{
    private const int LongestSide = 1024, LargestCell = 64, SmallestMark = 5;
    private const int Margin = 24, NarrowestPage = 900, TextScale = 2, TitleScale = 3, LineHeight = 26, ColumnWidth = 330, Swatch = 16;
    private const byte White = 0, Ink = 1, Soft = 2, Border = 3, ResidueColour = 4, FirstState = 5;

    /// <summary>The whole picture as a PNG: every source's memory with its title and legend, one below the other.</summary>
    /// <exception cref="EvidenceException">No source has page states, so there is nothing to draw.</exception>
    public static byte[] Png(ScanReport report, PageMapLayout layout = PageMapLayout.Hilbert)
    {
        if (report.Maps.Count == 0)
            throw new EvidenceException(
                "there is nothing to draw: no source has page states",
                "scan an image of physical memory, kcore: or qmp:, or ask for another kind of report",
                ExitCode.Unsupported
            );
        // Each source may bring names of its own; they share a palette.
        string[] names = [.. report.Maps.SelectMany(map => map.Names).Distinct().Take(256 - FirstState)];
        Raster[] pictures =
        [
            .. report.Maps.Select(map =>
                WithLegend(map, report.Sources.FirstOrDefault(source => source.Name == map.Source)?.Kernel, names, layout)
            ),
        ];
        var page = new Raster(pictures.Max(picture => picture.Width), pictures.Sum(picture => picture.Height));
        int y = 0;
        foreach (Raster picture in pictures)
        {
            page.Draw(picture, 0, y);
            y += picture.Height;
        }

        return Pictures.Png.Encode(page, Palette(names));
    }

    /// <summary>One source's memory alone as a PNG, for pages that write title and legend themselves.</summary>
    public static byte[] Png(PageMap map, PageMapLayout layout = PageMapLayout.Hilbert)
    {
        MemoryGrid grid = MemoryGrid.Of(map, layout);
        return Pictures.Png.Encode(Memory(map, grid, map.Names), Palette(map.Names));
    }

    /// <summary>What a pixel stands for, for example <c>1 pixel = 16 KiB</c>.</summary>
    public static string Scale(PageMap map, PageMapLayout layout = PageMapLayout.Hilbert) => Scale(MemoryGrid.Of(map, layout));

    /// <summary>How the picture is to be read.</summary>
    public static string Reading(PageMapLayout layout) => layout == PageMapLayout.Hilbert
        ? "Hilbert curve from top left: neighbours in memory are neighbours here"
        : "addresses line by line from top left";

    private static string Scale(MemoryGrid grid) => CellSize(grid) switch
    {
        1 => $"1 pixel = {ByteSize.Format(grid.BytesPerCell)}",
        var size => $"{size} x {size} pixels = {ByteSize.Format(grid.BytesPerCell)}",
    };

    private static int CellSize(MemoryGrid grid) => Math.Clamp(LongestSide / Math.Max(grid.Width, grid.Height), 1, LargestCell);

    private static Raster WithLegend(PageMap map, string? kernel, string[] names, PageMapLayout layout)
    {
        MemoryGrid grid = MemoryGrid.Of(map, layout);
        Raster memory = Memory(map, grid, names);
        int width = Math.Max(memory.Width, NarrowestPage - 2 * Margin);
        IReadOnlyList<PageMapLegend.Entry> states = PageMapLegend.States(map);
        int columns = Math.Max(1, width / ColumnWidth), rows = (states.Count + columns - 1) / columns;
        const int Head = Margin + 2 * LineHeight + 16;
        var page = new Raster(width + 2 * Margin, Head + memory.Height + 18 + (rows + 3) * LineHeight + Margin);

        Write(page, map.Source, Margin, Margin, TitleScale, Ink, width);
        string about = $"{ByteSize.Format(PageMapLegend.MemoryBytes(map))} of physical memory{(kernel is null ? "" : $", Linux {kernel}")}";
        Write(page, about, Margin, Margin + LineHeight + 8, TextScale, Soft, width);
        page.Fill(Margin - 1, Head - 1, memory.Width + 2, memory.Height + 2, Border);
        page.Draw(memory, Margin, Head);

        int y = Head + memory.Height + 18;
        PageMapLegend.Entry residue = PageMapLegend.Residue(map);
        WriteEntry(page, residue, ResidueColour, Margin, y, width);
        y += LineHeight;
        for (int index = 0; index < states.Count; index++)
        {
            PageMapLegend.Entry entry = states[index];
            byte colour = ColourOf(entry.Colour, names);
            WriteEntry(page, entry, colour, Margin + index / rows * ColumnWidth, y + index % rows * LineHeight, ColumnWidth - 8);
        }

        y += rows * LineHeight + 8;
        Write(page, Scale(grid), Margin, y, TextScale, Soft, width);
        Write(page, Reading(layout), Margin, y + LineHeight, TextScale, Soft, width);
        return page;
    }

    private static Raster Memory(PageMap map, MemoryGrid grid, IReadOnlyList<string> names)
    {
        int size = CellSize(grid);
        var picture = new Raster(grid.Width * size, grid.Height * size);
        byte[] colours = [.. map.Names.Select(name => ColourOf(PageStateColours.Of(name), names))];
        for (int cell = 0; cell < grid.Count; cell++)
        {
            (int x, int y) = grid.PlaceOf(cell);
            byte state = grid.StateOf(cell);
            if (state != PageMap.NoMemory) picture.Fill(x * size, y * size, size, size, colours[state]);
        }

        // A single cell of a pixel would not be seen: marks have a size, and a white edge that parts them from any colour.
        int mark = Math.Max(size, SmallestMark), beside = (mark - size) / 2;
        Mark(picture, grid, size, beside + 1, mark + 2, White);
        Mark(picture, grid, size, beside, mark, ResidueColour);
        return picture;
    }

    private static void Mark(Raster picture, MemoryGrid grid, int size, int beside, int mark, byte colour)
    {
        for (int cell = 0; cell < grid.Count; cell++)
        {
            if (!grid.HasResidue(cell)) continue;
            (int x, int y) = grid.PlaceOf(cell);
            picture.Fill(x * size - beside, y * size - beside, mark, mark, colour);
        }
    }

    private static void WriteEntry(Raster page, PageMapLegend.Entry entry, byte colour, int x, int y, int width)
    {
        page.Fill(x, y, Swatch, Swatch, Border);
        page.Fill(x + 1, y + 1, Swatch - 2, Swatch - 2, colour);
        int text = x + Swatch + 8, advance = PictureFont.Advance * TextScale;
        Write(page, entry.Name, text, y + 1, TextScale, Ink, width - Swatch - 8);
        int after = text + (entry.Name.Length + 1) * advance;
        Write(page, entry.Share, after, y + 1, TextScale, Soft, x + width - after);
    }

    private static void Write(Raster page, string text, int x, int y, int scale, byte colour, int width)
    {
        int most = Math.Max(0, width / (PictureFont.Advance * scale));
        string shown = Printable.Of(text);
        page.Write(shown.Length <= most ? shown : shown[..Math.Max(0, most - 2)] + "..", x, y, scale, colour);
    }

    private static byte ColourOf(int colour, IReadOnlyList<string> names)
    {
        if (colour == PageStateColours.NoMemory) return White;
        for (int index = 0; index < names.Count; index++)
            if (PageStateColours.Of(names[index]) == colour) return (byte)(FirstState + index);
        return Soft;
    }

    private static int[] Palette(IReadOnlyList<string> names) =>
        [PageStateColours.NoMemory, 0x1d2329, 0x5b646d, 0xb4bac0, PageStateColours.Residue, .. names.Select(PageStateColours.Of)];
}
