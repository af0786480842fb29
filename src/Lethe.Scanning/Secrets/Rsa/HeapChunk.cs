namespace Lethe.Scanning.Secrets;

/// <summary>
/// An allocation of the GNU C library (malloc/malloc.c, struct malloc_chunk): what the program was given begins at a multiple of 16, right
/// behind a word with the chunk's size in bytes and three flags.
/// </summary>
internal static class HeapChunk
{
    /// <summary>Bytes of the size word.</summary>
    public const int SizeWord = 8;

    /// <summary>
    /// Addresses of allocations are multiples of this (MALLOC_ALIGNMENT); those of size words lie <see cref="SizeWord"/> before.
    /// </summary>
    public const int Alignment = 16;

    /// <summary>PREV_INUSE and NON_MAIN_ARENA. IS_MMAPPED (2) has only what is larger than 128 KiB.</summary>
    public const ulong Flags = 1 | 4;

    /// <summary>
    /// A chunk whose rest would be smaller than this is not split (MINSIZE, 32 bytes): then it has 16 bytes more than were asked for.
    /// </summary>
    private const ulong MostSpare = 16;

    /// <summary>The size of the chunk for so many bytes: with the size word, rounded up (request2size).</summary>
    public static int SizeFor(int bytes) => (bytes + SizeWord + Alignment - 1) & -Alignment;

    /// <summary>
    /// Whether a number of so many bytes may be kept in the chunk with this size word: as it is, or with room for one limb of 8 bytes or
    /// two, as sums and products ask for.
    /// </summary>
    public static bool MayHold(ulong sizeWord, int bytes) => (sizeWord & ~Flags) - (ulong)SizeFor(bytes) is 0 or MostSpare;
}
