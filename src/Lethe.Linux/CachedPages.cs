using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>How much of a file is in the page cache (mincore(2)).</summary>
public static unsafe partial class CachedPages
{
    // One byte of answer a page.
    private const long Stretch = 1L << 30;

    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    private static partial int InCore(void* start, nuint length, byte* states);

    /// <summary>Counts them, without bringing any in.</summary>
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
            fixed (byte* state = states) Errno.Check(InCore(mapping.Start + at, (nuint)part, state), "mincore");
            // The other bits have no meaning.
            foreach (byte state in states.AsSpan(0, (int)Pages(part))) cached += state & 1;
        }

        return cached;
    }

    private static long Pages(long bytes) => (bytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
}
