namespace Lethe.Scanning.Search;

/// <summary>
/// Remembers how far a needle was followed along a diagonal, so that a long match is not followed again from each of its words. If two
/// diagonals share a slot, one is forgotten. A match is then noted twice, which does no harm.
/// </summary>
internal sealed class Diagonals
{
    private const int Slots = 1024;

    private readonly (int Needle, long Start, int From, int To, int Turn)[] slots = new (int, long, int, int, int)[Slots];
    private int turn;

    public void Clear() => turn++;

    /// <summary>Whether the needle that would begin at <paramref name="start"/> in the window was followed past a position.</summary>
    public bool IsFollowed(int needle, long start, int position)
    {
        ref (int Needle, long Start, int From, int To, int Turn) slot = ref slots[Slot(needle, start)];
        return slot.Turn == turn && slot.Needle == needle && slot.Start == start && position >= slot.From && position < slot.To;
    }

    /// <summary>Notes the range of the window over which it was followed.</summary>
    public void Note(int needle, long start, int from, int to) => slots[Slot(needle, start)] = (needle, start, from, to, turn);

    private static int Slot(int needle, long start) => (int)(((ulong)start * 0x9E3779B97F4A7C15 + (uint)needle * 0xC2B2AE3D27D4EB4F) >> 54);
}
