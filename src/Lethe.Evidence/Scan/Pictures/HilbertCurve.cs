namespace Lethe.Evidence.Scan.Pictures;

/// <summary>
/// The Hilbert curve: it visits each place of a square of 2^order by 2^order once, and neighbours on the curve are
/// neighbours in the square, so that what lies together in memory lies together in a picture (D. Hilbert, 1891).
/// It begins in the corner (0, 0).
/// </summary>
internal static class HilbertCurve
{
    /// <summary>The largest order whose places an int counts.</summary>
    public const int MostOrder = 15;

    /// <summary>The smallest order whose square has room for so many places.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No order up to <see cref="MostOrder"/> has.</exception>
    public static int OrderFor(int places)
    {
        int order = 0;
        while (1L << (2 * order) < places) order++;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, MostOrder);
        return order;
    }

    /// <summary>Where the curve is after so many steps.</summary>
    public static (int X, int Y) PlaceOf(int step, int order)
    {
        int x = 0, y = 0;
        for (int side = 1; side < 1 << order; side <<= 1, step >>= 2)
        {
            // Two bits of the step choose a quarter; the first and the last quarter are the smaller curve, mirrored.
            (int right, int down) = (step >> 1 & 1, (step ^ step >> 1) & 1);
            if (down == 0)
            {
                if (right == 1) (x, y) = (side - 1 - x, side - 1 - y);
                (x, y) = (y, x);
            }

            x += side * right;
            y += side * down;
        }

        return (x, y);
    }
}
