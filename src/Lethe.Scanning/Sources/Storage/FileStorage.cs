using System.Runtime.InteropServices;
using Lethe.Linux;

namespace Lethe.Scanning.Sources.Storage;

/// <summary>A regular file or a block device.</summary>
public sealed class FileStorage : IStorage
{
    private readonly Descriptor file;

    /// <summary>Takes over an open file.</summary>
    /// <exception cref="LinuxException">It has no length.</exception>
    public FileStorage(Descriptor file)
    {
        this.file = file;
        Length = file.End();
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
        try
        {
            if (file.NextData(from) is { } data)
            {
                if (data >= to) return null;
                return (data, Math.Min(file.NextHole(data), to) - data);
            }

            long end = Math.Max(from, file.End());
            return end < to ? (end, to - end) : null;
        }
        catch (LinuxException)
        {
            // Where the holes are is not known: all of it is read.
            return (from, to - from);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
