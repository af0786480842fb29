namespace Lethe.Canaries;

/// <summary>What a search found of one canary in one place.</summary>
public sealed class Survivors
{
    /// <summary>Bytes of a page of memory.</summary>
    public const int PageSize = 4096;

    private readonly Canary canary;
    private readonly long words;
    private readonly ulong[] seen;
    private readonly SortedDictionary<long, int> bytesByPage = [];

    /// <summary>Begins with nothing found.</summary>
    /// <param name="canary">The canary looked for.</param>
    /// <param name="plantedBytes">How many bytes of it were planted.</param>
    public Survivors(Canary canary, long plantedBytes)
    {
        this.canary = canary;
        words = plantedBytes / canary.WordSize;
        seen = new ulong[(words + 63) / 64];
    }

    /// <summary>Bytes found. Every copy counts.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of the canary of which at least one copy was found.</summary>
    public long DistinctBytes { get; private set; }

    /// <summary>Bytes found, by the page number (offset / 4096) of each word's first byte.</summary>
    public IReadOnlyDictionary<long, int> BytesByPage => bytesByPage;

    /// <summary>Notes words that were found one after another, in the order of the canary.</summary>
    /// <param name="offset">Offset in the place of the first word, in bytes.</param>
    /// <param name="canaryOffset">Offset of that word in the canary, in bytes.</param>
    /// <param name="length">Bytes found, a multiple of the word size.</param>
    public void Note(long offset, long canaryOffset, long length)
    {
        Bytes += length;
        // Once for each page: looking up the sorted pages for each of a million words took longer than the search.
        for (long done = 0; done < length;)
        {
            long page = (offset + done) / PageSize, start = done;
            for (; done < length && (offset + done) / PageSize == page; done += canary.WordSize)
                See((canaryOffset + done) / canary.WordSize);
            bytesByPage[page] = bytesByPage.GetValueOrDefault(page) + (int)(done - start);
        }
    }

    private void See(long index)
    {
        ulong bit = 1UL << (int)(index & 63);
        if ((seen[index >> 6] & bit) != 0) return;
        seen[index >> 6] |= bit;
        DistinctBytes += canary.WordSize;
    }

    /// <summary>Bytes of the canary of which at least one copy was found in any of these places, all searched for one canary.</summary>
    public static long DistinctBytesTogether(IReadOnlyList<Survivors> places)
    {
        if (places.Count == 0) return 0;
        long found = 0;
        for (int group = 0; group < places[0].seen.Length; group++)
        {
            ulong any = 0;
            foreach (Survivors place in places) any |= place.seen[group];
            found += System.Numerics.BitOperations.PopCount(any);
        }

        return found * places[0].canary.WordSize;
    }
}
