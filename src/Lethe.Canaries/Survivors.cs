namespace Lethe.Canaries;

/// <summary>What a search found of one canary in one place.</summary>
public sealed class Survivors
{
    /// <summary>Bytes a page of memory has.</summary>
    public const int PageSize = 4096;

    private readonly Canary canary;
    private readonly long words;
    private readonly ulong[] seen;
    private readonly SortedDictionary<long, int> bytesByPage = [];

    /// <summary>Starts with nothing found.</summary>
    /// <param name="canary">The canary looked for.</param>
    /// <param name="plantedBytes">How much of it was planted.</param>
    public Survivors(Canary canary, long plantedBytes)
    {
        this.canary = canary;
        words = plantedBytes / canary.WordSize;
        seen = new ulong[(words + 63) / 64];
    }

    /// <summary>Bytes found, every copy counted.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of the canary of which at least one copy was found.</summary>
    public long DistinctBytes { get; private set; }

    /// <summary>Bytes found, by page number (offset / 4096) of their first byte.</summary>
    public IReadOnlyDictionary<long, int> BytesByPage => bytesByPage;

    /// <summary>Notes words that follow each other as in the canary.</summary>
    /// <param name="offset">Where the first one was found.</param>
    /// <param name="canaryOffset">Which byte of the canary it is.</param>
    /// <param name="length">Bytes found, whole words.</param>
    public void Note(long offset, long canaryOffset, long length)
    {
        Bytes += length;
        // Once a page: a look into the sorted pages for each of a million words took longer than the search.
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

    /// <summary>Distinct bytes found here or in any of the other places.</summary>
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
