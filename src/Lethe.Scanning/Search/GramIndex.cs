namespace Lethe.Scanning.Search;

/// <summary>Where a gram lies in a needle.</summary>
internal readonly record struct GramPlace(int Needle, int Offset);

/// <summary>All places of each kept gram.</summary>
internal sealed class GramIndex
{
    /// <summary>
    /// How many places of a gram are kept. Further places, in other needles or in one that repeats the gram, are dropped.
    /// Whole needles are still found, see <see cref="NeedleDetector"/>.
    /// </summary>
    public const int MostPlaces = 16;

    /// <summary>0 marks a free slot; it is never a kept gram. Most words that are in no needle cost one access.</summary>
    private readonly ulong[] keys;
    private readonly int[] starts;
    private readonly byte[] counts;
    private readonly List<GramPlace> kept = [];
    private readonly int mask;

    public GramIndex(IReadOnlyList<ReadOnlyMemory<byte>> needles, GramPlan plan)
    {
        // Counted first: lists that grow would need twice the memory.
        var offsets = new List<int>();
        long all = 0;
        foreach (ReadOnlyMemory<byte> needle in needles)
        {
            offsets.Clear();
            plan.Choose(needle.Span, offsets);
            all += offsets.Count;
        }

        ulong[] sorted = new ulong[all];
        var placesOfSorted = new GramPlace[all];
        int filled = 0;
        for (int needle = 0; needle < needles.Count; needle++)
        {
            offsets.Clear();
            plan.Choose(needles[needle].Span, offsets);
            foreach (int offset in offsets)
            {
                sorted[filled] = GramPlan.Read(needles[needle].Span, offset);
                placesOfSorted[filled++] = new(needle, offset);
            }
        }

        Array.Sort(sorted, placesOfSorted);
        int distinct = 0;
        for (int at = 0; at < sorted.Length; at++) distinct += at == 0 || sorted[at] != sorted[at - 1] ? 1 : 0;
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, distinct + distinct / 2));
        mask = size - 1;
        keys = new ulong[size];
        starts = new int[size];
        counts = new byte[size];
        kept.Capacity = sorted.Length;
        for (int first = 0, end; first < sorted.Length; first = end)
        {
            for (end = first + 1; end < sorted.Length && sorted[end] == sorted[first]; end++) { }

            Keep(sorted[first], placesOfSorted.AsSpan(first, end - first));
        }
    }

    /// <summary>The kept grams, each once.</summary>
    public IEnumerable<ulong> Grams
    {
        get
        {
            for (int slot = 0; slot <= mask; slot++)
            {
                if (keys[slot] != 0) yield return keys[slot];
            }
        }
    }

    /// <summary>How many different grams are kept.</summary>
    public int Count { get; private set; }

    /// <summary>The places of a gram; empty when it is not kept.</summary>
    public ReadOnlySpan<GramPlace> Find(ulong gram)
    {
        int slot = Slot(gram);
        if (keys[slot] == 0) return default;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(kept).Slice(starts[slot], counts[slot]);
    }

    private void Keep(ulong gram, Span<GramPlace> places)
    {
        int begin = kept.Count;
        if (places.Length > 1) places.Sort((a, b) => a.Needle != b.Needle ? a.Needle.CompareTo(b.Needle) : a.Offset.CompareTo(b.Offset));
        for (int first = 0, end; first < places.Length && kept.Count - begin < MostPlaces; first = end)
        {
            for (end = first + 1; end < places.Length && places[end].Needle == places[first].Needle; end++) { }

            // A gram that one needle repeats this often is filler. Each of its places would make a match of its own.
            if (end - first > MostPlaces) continue;
            for (int place = first; place < end && kept.Count - begin < MostPlaces; place++) kept.Add(places[place]);
        }

        if (kept.Count == begin) return;
        int slot = Slot(gram);
        keys[slot] = gram;
        starts[slot] = begin;
        counts[slot] = (byte)(kept.Count - begin);
        Count++;
    }

    /// <summary>The gram's slot, or the empty one where it would be put.</summary>
    private int Slot(ulong gram)
    {
        int slot = (int)((gram * 0x9E3779B97F4A7C15) >> 32) & mask;
        while (keys[slot] != 0 && keys[slot] != gram) slot = (slot + 1) & mask;
        return slot;
    }
}
