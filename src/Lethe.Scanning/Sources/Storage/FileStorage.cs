using System.Runtime.InteropServices;
using Lethe.Linux;

namespace Lethe.Scanning.Sources.Storage;

/// <summary>A regular file or a block device.</summary>
internal sealed class FileStorage : IStorage
{
    private readonly Descriptor file;

    // To find the next hole, tmpfs looks at every page. Files without holes are not asked at all, others once for each range. A hole that
    // is made meanwhile reads as zeros.
    private volatile DataRange known = new(0, 0);

    /// <summary>Makes a storage of an open file, which it then owns.</summary>
    /// <exception cref="LinuxException">The file has no length.</exception>
    public FileStorage(Descriptor file)
    {
        this.file = file;
        Length = file.End();
        if (FileStatus.Of(file).Allocated >= Length) known = new(0, Length);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public int Read(long at, Span<byte> destination, out string? problem)
    {
        int got = file.ReadSomeAt(at, destination);
        problem = got < 0 ? Marshal.GetPInvokeErrorMessage(-got) : null;
        return Math.Max(got, 0);
    }

    /// <inheritdoc/>
    public (long Offset, long Length)? NextData(long from, long to)
    {
        if (from >= to) return null;
        if (known is { } range && range.Start <= from && from < range.End) return (from, Math.Min(range.End, to) - from);
        try
        {
            if (file.NextData(from) is { } data)
            {
                if (data >= to) return null;
                var found = new DataRange(data, file.NextHole(data));
                known = found;
                return (data, Math.Min(found.End, to) - data);
            }

            long end = Math.Max(from, file.End());
            return end < to ? (end, to - end) : null;
        }
        catch (LinuxException)
        {
            // It is not known where the holes are, so everything is read.
            return (from, to - from);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private sealed record DataRange(long Start, long End);
}
