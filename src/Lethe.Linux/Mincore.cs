using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>How much of a file is in the page cache (mincore(2)).</summary>
internal static unsafe partial class Mincore
{
    // Bytes per call: the kernel returns one byte per page.
    private const long Stretch = 1L << 30;

    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    private static partial int InCore(void* start, nuint length, byte* states);

    /// <summary>Counts the pages of a file that are in the page cache, without reading any in.</summary>
    /// <param name="file">Open for reading.</param>
    /// <returns>Pages.</returns>
    /// <exception cref="LinuxException">The file cannot be mapped.</exception>
    public static long Of(Descriptor file)
    {
        long length = FileStatus.Of(file).Length, cached = 0;
        if (length == 0) return 0;
        using MemoryRange mapping = MemoryRange.OfFile(file, length, writable: false);
        byte[] states = new byte[Pages(Math.Min(length, Stretch))];
        for (long at = 0; at < length; at += Stretch)
        {
            long part = Math.Min(Stretch, length - at);
            Look(mapping, at, part, states);
            // The other bits have no meaning.
            foreach (byte state in states.AsSpan(0, (int)Pages(part))) cached += state & 1;
        }

        return cached;
    }

    /// <summary>Finds which pages of a mapped file are in the page cache, without reading any in.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="offset">Where to begin, in bytes, at a page.</param>
    /// <param name="length">How far to look, in bytes.</param>
    /// <param name="states">One byte per page. Bit 0 says that the page is there; the other bits have no meaning.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Look(MemoryRange mapping, long offset, long length, Span<byte> states)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Pages(length), states.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, mapping.Length);
        // SAFETY: the states were checked to have a byte for each page of the length, and they are pinned. The kernel only reports whether
        // pages are there, and returns ENOMEM where nothing is mapped.
        fixed (byte* state = states) Errno.Check(InCore(mapping.Start + offset, (nuint)length, state), "mincore");
    }

    private static long Pages(long bytes) => (bytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
}
