namespace Lethe.Scanning.Secrets;

/// <summary>
/// An allocation of the GNU C library (malloc/malloc.c, struct malloc_chunk). The program's memory begins at a multiple of 16, right
/// behind a word with the chunk's size in bytes and three flags.
/// </summary>
internal static class HeapChunk
{
    /// <summary>Bytes of the size word.</summary>
    public const int SizeWord = 8;

    /// <summary>
    /// Addresses of allocations are multiples of this (MALLOC_ALIGNMENT). Size words lie <see cref="SizeWord"/> bytes before them.
    /// </summary>
    public const int Alignment = 16;

    /// <summary>PREV_INUSE and NON_MAIN_ARENA. Only chunks above 128 KiB have IS_MMAPPED (2).</summary>
    public const ulong Flags = 1 | 4;

    /// <summary>
    /// A chunk is not split if the rest would be smaller than MINSIZE (32 bytes). It then has 16 bytes more than were asked for.
    /// </summary>
    private const ulong MostSpare = 16;

    /// <summary>The size of the chunk for an allocation of this many bytes: with the size word, rounded up (request2size).</summary>
    public static int SizeFor(int bytes) => (bytes + SizeWord + Alignment - 1) & -Alignment;

    /// <summary>
    /// Whether a number of this many bytes may be in a chunk with this size word. The chunk may be just large enough, or have
    /// room for one or two more limbs of 8 bytes, as sums and products ask for.
    /// </summary>
    public static bool MayHold(ulong sizeWord, int bytes) => (sizeWord & ~Flags) - (ulong)SizeFor(bytes) is 0 or MostSpare;
}
