using System.Runtime.InteropServices;
using Lethe.Linux;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Live;

/// <summary>
/// Reads memory that processes share through the file behind it. So it reads pages in RAM even where the process's page tables have no
/// entry. Pages in swap stay there and are reported as missing, because only the kernel knows their slots.
/// </summary>
internal sealed class SharedMemoryReader : IPartReader
{
    private const int PageSize = ProcessFiles.PageSize, BufferPages = 64;

    private readonly Descriptor file;
    private readonly MemoryRange? mapping;
    private readonly long offset;
    private readonly long end;
    private readonly byte[] states = new byte[BufferPages];
    private byte[] buffer = PinnedBuffers.Rent(BufferPages * PageSize);
    private long at;
    private long dataEnd;

    /// <summary>Makes a reader, which then owns the file.</summary>
    /// <param name="file">A file of tmpfs or of the huge page pool.</param>
    /// <param name="offset">Offset in the file where the part begins, in bytes, a multiple of the page size.</param>
    /// <param name="length">Bytes of the part. The file may end before.</param>
    /// <param name="from">Offset in the part where reading begins, in bytes, a multiple of the page size.</param>
    public SharedMemoryReader(Descriptor file, long offset, long length, long from)
    {
        (this.file, this.offset) = (file, offset);
        long inFile = Math.Max(0, FileStatus.Of(file).Length - offset);
        end = Math.Min(length, (inFile + PageSize - 1) / PageSize * PageSize);
        at = dataEnd = Math.Min(from, end);
        // Huge pages are always in RAM. For them, mincore reports only those that the calling process has touched.
        if (end > 0 && FileStatus.FileSystemOf(file) != FileStatus.HUGETLBFS_MAGIC)
            mapping = MemoryRange.OfFile(file, end, writable: false, offset: offset);
    }

    /// <inheritdoc/>
    public bool Next(out Stretch stretch)
    {
        stretch = default;
        if (at >= dataEnd && !FindData()) return false;
        int pages = (int)Math.Min(BufferPages, (dataEnd - at + PageSize - 1) / PageSize);
        int alike = Alike(pages, out bool inMemory);
        if (!inMemory)
        {
            stretch = Missing(
                alike * (long)PageSize,
                "shared memory in swap, of which only the kernel knows where; search the swap area itself"
            );
            return true;
        }

        int got = file.ReadSomeAt(offset + at, buffer.AsSpan(0, alike * PageSize));
        if (got < 0)
        {
            stretch = Missing(PageSize, Marshal.GetPInvokeErrorMessage(-got));
            return true;
        }

        // The file was made shorter meanwhile.
        if (got == 0) return false;
        stretch = new Stretch { At = at, Bytes = buffer.AsSpan(0, got) };
        // Only the end of the file gives less than a page.
        at = got % PageSize == 0 ? at + got : end;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mapping?.Dispose();
        file.Dispose();
        PinnedBuffers.Return(ref buffer, buffer.Length);
    }

    // Finds the next pages that hold something, in RAM or in swap.
    private bool FindData()
    {
        if (at >= end) return false;
        if (mapping is null)
        {
            dataEnd = end;
            return true;
        }

        if (file.NextData(offset + at) is not { } data || data - offset >= end) return false;
        at = (data - offset) / PageSize * PageSize;
        dataEnd = Math.Min(end, file.NextHole(data) - offset);
        return at < dataEnd;
    }

    // How many of the next pages are all in RAM, or all not.
    private int Alike(int pages, out bool inMemory)
    {
        inMemory = true;
        if (mapping is null) return pages;
        Mincore.Look(mapping, at, Math.Min((long)pages * PageSize, end - at), states);
        inMemory = (states[0] & 1) != 0;
        int count = 1;
        while (count < pages && (states[count] & 1) != 0 == inMemory) count++;
        return count;
    }

    private Stretch Missing(long length, string why)
    {
        long start = at;
        at = Math.Min(end, at + length);
        return new Stretch { At = start, MissingBytes = at - start, MissingBecause = why };
    }
}
