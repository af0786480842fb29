namespace Lethe.Evidence.Scan.Pictures;

/// <summary>A picture of colours from a palette.</summary>
/// <param name="width">Pixels.</param>
/// <param name="height">Pixels.</param>
internal sealed class Raster(int width, int height)
{
    private readonly byte[] pixels = new byte[checked(width * height)];

    /// <summary>Pixels.</summary>
    public int Width { get; } = width;

    /// <summary>Pixels.</summary>
    public int Height { get; } = height;

    /// <summary>A line of palette indexes, from the left.</summary>
    public ReadOnlySpan<byte> Line(int y) => pixels.AsSpan(y * Width, Width);

    /// <summary>Fills a rectangle; what lies outside the picture is left out.</summary>
    public void Fill(int x, int y, int width, int height, byte colour)
    {
        int left = Math.Max(x, 0), right = Math.Min(x + width, Width);
        if (left >= right) return;
        for (int line = Math.Max(y, 0); line < Math.Min(y + height, Height); line++)
            pixels.AsSpan(line * Width + left, right - left).Fill(colour);
    }

    /// <summary>Draws another picture into this one, which has to have room for it.</summary>
    public void Draw(Raster picture, int x, int y)
    {
        for (int line = 0; line < picture.Height; line++) picture.Line(line).CopyTo(pixels.AsSpan((y + line) * Width + x));
    }

    /// <summary>Writes text with its upper left corner at a place.</summary>
    public void Write(string text, int x, int y, int scale, byte colour)
    {
        foreach (char letter in text)
        {
            for (int row = 0; row < PictureFont.Height; row++)
            {
                for (int column = 0; column < PictureFont.Width; column++)
                    if (PictureFont.IsSet(letter, column, row)) Fill(x + column * scale, y + row * scale, scale, scale, colour);
            }

            x += PictureFont.Advance * scale;
        }
    }
}
