using System.Numerics;
using System.Runtime.InteropServices;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>A bitmap of pages in a storage. It also gives the rank of a page among those that are set.</summary>
/// <remarks>Only the rank of every 32768th page is kept in memory: 8 bytes for 128 MiB of a machine with 4 KiB pages.</remarks>
internal sealed class PageBitmap
{
    /// <summary>Pages of a chunk. One rank is kept for each chunk.</summary>
    public const int ChunkPages = ChunkBytes * 8;

    private const int ChunkBytes = 4096;

    private readonly IStorage storage;
    private readonly long offset;
    private readonly long first;
    private readonly long end;
    private readonly long[] ranks;

    /// <summary>Reads the whole bitmap once, to count the pages.</summary>
    /// <param name="storage">The storage with the bitmap.</param>
    /// <param name="offset">Offset of the bitmap, in bytes.</param>
    /// <param name="first">The first page that counts.</param>
    /// <param name="end">The page after the last that counts.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public PageBitmap(IStorage storage, long offset, long first, long end)
    {
        this.storage = storage;
        this.offset = offset;
        this.first = first;
        this.end = Math.Max(first, end);
        ranks = new long[(this.end + ChunkPages - 1) / ChunkPages + 1];
        Span<ulong> words = new ulong[ChunkBytes / sizeof(ulong)];
        for (int chunk = 0; chunk < ranks.Length - 1; chunk++)
        {
            long at = offset + (long)chunk * ChunkBytes;
            ranks[chunk + 1] = ranks[chunk];
            // A chunk in a hole of the file has no page set.
            if (storage.NextData(at, at + ChunkBytes) is null) continue;
            Read(chunk, words);
            foreach (ulong word in words) ranks[chunk + 1] += BitOperations.PopCount(word);
        }
    }

    /// <summary>How many pages are set.</summary>
    public long Count => ranks[^1];

    /// <summary>How many chunks there are.</summary>
    public int Chunks => ranks.Length - 1;

    /// <summary>How many pages are set before a chunk.</summary>
    public long RankOf(int chunk) => ranks[chunk];

    /// <summary>Copies a chunk's bits. Bits of pages that do not count are cleared.</summary>
    /// <exception cref="IOException">The chunk cannot be read.</exception>
    public void Read(int chunk, Span<ulong> words)
    {
        words.Clear();
        long page = (long)chunk * ChunkPages;
        int bytes = (int)Math.Min(ChunkBytes, (end - page + 7) / 8);
        if (storage.ReadAll(offset + (long)chunk * ChunkBytes, MemoryMarshal.AsBytes(words)[..bytes]) is { } problem)
            throw new IOException(problem);
        for (long drop = page; drop < Math.Min(first, page + ChunkPages); drop++) Clear(words, drop - page);
        for (long drop = end; drop < Math.Min(page + (long)bytes * 8, end + 8); drop++) Clear(words, drop - page);
    }

    /// <summary>Whether a page is set.</summary>
    public bool Contains(long page)
    {
        Span<byte> bits = stackalloc byte[1];
        return page >= first && page < end && storage.ReadAll(offset + page / 8, bits) is null && (bits[0] >> (int)(page % 8) & 1) != 0;
    }

    private static void Clear(Span<ulong> words, long bit) => words[(int)(bit / 64)] &= ~(1UL << (int)(bit % 64));
}
