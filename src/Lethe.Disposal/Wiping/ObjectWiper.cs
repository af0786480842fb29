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
            long start = Math.Max(offset, from);
            count.Add(WipeRange(file, start, Math.Min(offset + length, to) - start));
        }

        return count;
    }

    // Files of the huge page pool cannot be written, only mapped. They are written through this process's own memory all the same: where
    // somebody cuts the file off meanwhile, that fails (mm/memory.c, __access_remote_vm), while touching it would be a SIGBUS. Holes are
    // left alone, as touching them would take pages.
    private static WipeCount WipeMapped(Descriptor file, long from, long to)
    {
        if (to <= from) return default;
        using MemoryRange mapping = MemoryRange.OfFile(file, to, writable: true);
        using Descriptor memory = Descriptor.Open("/proc/self/mem", FileCalls.O_RDWR);
        var count = default(WipeCount);
        foreach ((long offset, long length) in HugeData(file, to))
        {
            long start = Math.Max(offset, from);
            count.Add(WipeRange(memory, (long)mapping.Start + start, Math.Min(offset + length, to) - start));
        }

        return count;
    }

    private static WipeCount WipeRange(Descriptor through, long from, long length)
    {
        var count = default(WipeCount);
        for (long at = from; at < from + length;)
        {
            long wanted = Math.Min(Piece, from + length - at);
            // SAFETY: no more than a piece is written at once, which is what Zeros has; it is never unmapped.
            long written = ProcessMemory.Write(through, Zeros.Start, wanted, (ulong)at);
            // Refused: nobody may write to it any more (a sealed memfd), so only freeing and scrubbing is left.
            if (written <= 0) written = -wanted;
            if (written < 0) count.Unreached += wanted;
            else count.Add(ReadBack(through, at, written));
            at += Math.Abs(written);
        }

        return count;
    }

    private static WipeCount ReadBack(Descriptor through, long at, long length)
    {
        // SAFETY: no more than a piece was written, so that there is room for it. The gate keeps other threads off that room.
        long got = ProcessMemory.Read(through, Read.Start, length, (ulong)at);
        bool zero = got == length && !new ReadOnlySpan<byte>(Read.Start, (int)got).ContainsAnyExcept((byte)0);
        long pages = (length + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
        return new WipeCount { Wiped = length, Verified = pages, Wrong = zero ? 0 : pages };
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
