using System.Runtime.InteropServices;
using Lethe.Linux;

namespace Lethe.Disposal.Wiping;

/// <summary>Overwrites a file that lives in memory with zeros, in place, and reads it back.</summary>
internal static unsafe class ObjectWiper
{
    private const int Piece = 1 << 20;
    private static readonly MemoryRange Zeros = MemoryRange.Anonymous(Piece), Read = MemoryRange.Anonymous(Piece);
    private static readonly Lock Gate = new();

    /// <summary>Overwrites from an offset on.</summary>
    /// <param name="file">Open for reading and writing.</param>
    /// <param name="from">First byte.</param>
    /// <param name="to">First byte behind; the file's length when it is less.</param>
    public static WipeCount Wipe(Descriptor file, long from = 0, long to = long.MaxValue)
    {
        lock (Gate)
        {
            to = Math.Min(to, FileStatus.Of(file).Length);
            return FileStatus.FileSystemOf(file) == FileStatus.HUGETLBFS_MAGIC ? WipeMapped(file, from, to) : WipeWritten(file, from, to);
        }
    }

    private static WipeCount WipeWritten(Descriptor file, long from, long to)
    {
        var count = default(WipeCount);
        foreach ((long offset, long length) in file.DataRanges(to).ToList())
        {
            for (long at = Math.Max(offset, from); at < Math.Min(offset + length, to);)
            {
                long wanted = Math.Min(Piece, Math.Min(offset + length, to) - at);
                // SAFETY: no more than a piece is written at once, which is what Zeros has; it is never unmapped.
                long written = ProcessMemory.Write(file, Zeros.Start, wanted, (ulong)at);
                // Refused: nobody may write to it any more (a sealed memfd), so only freeing and scrubbing is left.
                if (written <= 0) written = -wanted;
                if (written < 0) count.Unreached += wanted;
                else count.Add(ReadBack(file, at, written));
                at += Math.Abs(written);
            }
        }

        return count;
    }

    private static WipeCount ReadBack(Descriptor file, long at, long length)
    {
        // SAFETY: no more than a piece was written, so that there is room for it. The gate keeps other threads off that room.
        long got = ProcessMemory.Read(file, Read.Start, length, (ulong)at);
        bool zero = got == length && !new ReadOnlySpan<byte>(Read.Start, (int)got).ContainsAnyExcept((byte)0);
        long pages = (length + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
        return new WipeCount { Wiped = length, Verified = pages, Wrong = zero ? 0 : pages };
    }

    // Files of the huge page pool cannot be written, only mapped. Holes are left alone, as touching them would take pages.
    private static WipeCount WipeMapped(Descriptor file, long from, long to)
    {
        if (to <= from) return default;
        using MemoryRange mapping = MemoryRange.OfFile(file, to, writable: true);
        var count = default(WipeCount);
        foreach ((long offset, long length) in HugeData(file, to))
        {
            long start = Math.Max(offset, from), size = Math.Min(offset + length, to) - start;
            if (size <= 0) continue;
            // SAFETY: start and size lie inside the mapping, which ends where the wipe does. Not checked here: that nobody makes the file
            // shorter meanwhile. Touching what was cut off would be a SIGBUS, which ends this process.
            NativeMemory.Clear(mapping.Start + start, (nuint)size);
            count.Wiped += size;
            long pages = size / Environment.SystemPageSize;
            count.Verified += pages;
            if (!IsZero(mapping.Start + start, size)) count.Wrong += pages;
        }

        return count;
    }

    private static bool IsZero(byte* start, long length)
    {
        // SAFETY: the caller has mapped so many bytes there, and no span goes beyond them.
        for (long at = 0; at < length; at += Piece)
        {
            if (new ReadOnlySpan<byte>(start + at, (int)Math.Min(Piece, length - at)).ContainsAnyExcept((byte)0)) return false;
        }

        return true;
    }

    private static IEnumerable<(long Offset, long Length)> HugeData(Descriptor file, long length)
    {
        try
        {
            return [.. file.DataRanges(length)];
        }
        catch (LinuxException)
        {
            // Kernels whose hugetlbfs cannot tell holes.
            return [(0, length)];
        }
    }
}
