using System.Runtime.Intrinsics;

namespace Lethe.Bench.ScanSpeed;

/// <summary>The least that can be done with bytes: a sum of them, with the widest vectors there are.</summary>
internal static unsafe class Reading
{
    private static ulong sink;

    public static string Width => Vector512.IsHardwareAccelerated ? "512" : "256";

    public static void Sum(Image image) => Sum(image, 0, image.Length);

    // SAFETY: both loops stay below the end, which is a multiple of their step away; what is left over is not worth measuring.
    public static void Sum(Image image, long from, long to) =>
        sink += Sum(image.Start + from, image.Start + from + (to - from) / 256 * 256);

    /// <inheritdoc cref="Sum(Image)"/>
    public static void Sum(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes) sink += Sum(start, start + bytes.Length / 256 * 256);
    }

    private static ulong Sum(byte* at, byte* end)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<ulong> a = default, b = default, c = default, d = default;
            for (; at < end; at += 256)
            {
                a += Vector512.Load((ulong*)at);
                b += Vector512.Load((ulong*)(at + 64));
                c += Vector512.Load((ulong*)(at + 128));
                d += Vector512.Load((ulong*)(at + 192));
            }

            return Vector512.Sum(a + b + c + d);
        }

        Vector256<ulong> e = default, f = default, g = default, h = default;
        for (; at < end; at += 128)
        {
            e += Vector256.Load((ulong*)at);
            f += Vector256.Load((ulong*)(at + 32));
            g += Vector256.Load((ulong*)(at + 64));
            h += Vector256.Load((ulong*)(at + 96));
        }

        return Vector256.Sum(e + f + g + h);
    }
}
