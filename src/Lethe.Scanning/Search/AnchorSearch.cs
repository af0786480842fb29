using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Lethe.Scanning.Search;

/// <summary>Finds whole needles of any length by up to four of their bytes (the anchor), looked for at every position.</summary>
internal sealed class AnchorSearch
{
    private const int WidestAnchor = 4;

    /// <summary>With more anchors than this the nibble test lets too much pass.</summary>
    private const int MostForNibbles = 32;

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> needles;
    private readonly Dictionary<uint, List<GramPlace>>?[] byAnchor = new Dictionary<uint, List<GramPlace>>?[WidestAnchor + 1];
    private readonly ulong[]?[] filters = new ulong[]?[WidestAnchor + 1];
    private readonly int[] shifts = new int[WidestAnchor + 1];
    private readonly NibbleFilter? nibbles;

    /// <param name="needles">All needles.</param>
    /// <param name="which">Those to look for.</param>
    public AnchorSearch(IReadOnlyList<ReadOnlyMemory<byte>> needles, IReadOnlyList<int> which)
    {
        this.needles = needles;
        foreach (int needle in which)
        {
            ReadOnlySpan<byte> bytes = needles[needle].Span;
            int width = Math.Min(WidestAnchor, bytes.Length);
            int offset = BestAnchor(bytes, width);
            uint anchor = Read(bytes[offset..], width);
            Dictionary<uint, List<GramPlace>> places = byAnchor[width] ??= [];
            if (!places.TryGetValue(anchor, out List<GramPlace>? list)) places.Add(anchor, list = []);
            list.Add(new(needle, offset));
            LongestNeedle = Math.Max(LongestNeedle, bytes.Length);
        }

        var anchors = new List<(uint Anchor, int Width)>();
        for (int width = 1; width <= WidestAnchor; width++)
        {
            if (byAnchor[width] is not { } places) continue;
            int bits = Math.Clamp(System.Numerics.BitOperations.Log2((uint)places.Count) + 5, 16, 24);
            shifts[width] = 32 - bits;
            filters[width] = new ulong[1 << (bits - 6)];
            foreach (uint anchor in places.Keys)
            {
                uint bit = Hash(anchor) >> shifts[width];
                filters[width]![bit >> 6] |= 1UL << (int)(bit & 63);
                anchors.Add((anchor, width));
            }
        }

        if (Avx2.IsSupported && anchors.Count <= MostForNibbles) nibbles = new NibbleFilter(anchors);
    }

    /// <summary>Bytes.</summary>
    public int LongestNeedle { get; }

    /// <summary>Calls <paramref name="found"/> with the needle, the position in the window, 0 and the length.</summary>
    public void Search(ReadOnlySpan<byte> window, Action<int, int, int, int> found)
    {
        int at = 0;
        if (nibbles is not null)
        {
            while (nibbles.Next(window, ref at, out uint lanes))
            {
                for (; lanes != 0; lanes &= lanes - 1)
                    Look(window, at + System.Numerics.BitOperations.TrailingZeroCount(lanes), found);
                at += NibbleFilter.Turn;
            }

            for (; at < window.Length; at++) Look(window, at, found);
            return;
        }

        for (int width = 1; width <= WidestAnchor; width++)
        {
            if (filters[width] is not { } filter) continue;
            for (int position = 0; position + width <= window.Length; position++)
            {
                uint anchor = Read(window[position..], width), bit = Hash(anchor) >> shifts[width];
                if ((filter[bit >> 6] >> (int)(bit & 63) & 1) != 0) Look(window, position, width, anchor, found);
            }
        }
    }

    private void Look(ReadOnlySpan<byte> window, int position, Action<int, int, int, int> found)
    {
        for (int width = 1; width <= WidestAnchor && position + width <= window.Length; width++)
        {
            if (byAnchor[width] is not null) Look(window, position, width, Read(window[position..], width), found);
        }
    }

    private void Look(ReadOnlySpan<byte> window, int position, int width, uint anchor, Action<int, int, int, int> found)
    {
        if (!byAnchor[width]!.TryGetValue(anchor, out List<GramPlace>? places)) return;
        foreach (GramPlace place in places)
        {
            int start = position - place.Offset;
            ReadOnlySpan<byte> needle = needles[place.Needle].Span;
            if (start >= 0 && window[start..].StartsWith(needle)) found(place.Needle, start, 0, needle.Length);
        }
    }

    private static uint Hash(uint anchor) => anchor * 0x9E3779B1;

    private static uint Read(ReadOnlySpan<byte> bytes, int width) => width switch
    {
        1 => bytes[0],
        2 => MemoryMarshal.Read<ushort>(bytes),
        3 => MemoryMarshal.Read<ushort>(bytes) | (uint)bytes[2] << 16,
        _ => MemoryMarshal.Read<uint>(bytes),
    };

    /// <summary>The offset of bytes that memory holds seldom: few zeros, little text, no repetition.</summary>
    private static int BestAnchor(ReadOnlySpan<byte> needle, int width)
    {
        int best = 0, least = int.MaxValue;
        for (int offset = 0; offset + width <= needle.Length && least > 0; offset++)
        {
            int cost = 0;
            for (int at = offset; at < offset + width; at++)
            {
                cost += needle[at] switch { 0 => 8, 0xff => 4, (byte)' ' => 3, >= (byte)'a' and <= (byte)'z' => 2, < 0x80 => 1, _ => 0 };
                if (at > offset && needle[at] == needle[at - 1]) cost += 4;
            }

            if (cost >= least) continue;
            least = cost;
            best = offset;
        }

        return best;
    }
}
