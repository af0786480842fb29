namespace Lethe.Linux;

/// <summary>
/// A file that lives in memory only (memfd). It has no name in any file system, so it is gone when the last process
/// that holds it ends, whatever ends that process.
/// </summary>
public sealed unsafe class MemoryFile : IDisposable
{
    private readonly Descriptor descriptor;
    private readonly MemoryRange? range;

    /// <summary>Makes a file of so many zero bytes; a length of 0 makes a growing file that is not mapped.</summary>
    /// <param name="name">A name for <c>/proc/PID/fd</c>.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="LinuxException">No memory.</exception>
    public MemoryFile(string name, long length)
    {
        descriptor = new Descriptor(Errno.Check(MemoryCalls.MemoryFileCreate(name, MemoryCalls.MFD_CLOEXEC), "memfd_create"));
        if (length == 0) return;
        descriptor.SetLength(length);
        range = MemoryRange.OfFile(descriptor, length, writable: true);
    }

    /// <summary>Makes a growing file with flags of <c>memfd_create(2)</c>.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static Descriptor Create(string name, uint flags) =>
        new(Errno.Check(MemoryCalls.MemoryFileCreate(name, flags), "memfd_create"));

    /// <summary>Bytes mapped.</summary>
    public long Length => range?.Length ?? 0;

    /// <summary>First mapped byte.</summary>
    public byte* Start => range is null ? throw new InvalidOperationException("a growing file is not mapped") : range.Start;

    /// <summary>A path under which a child process of the same user can open the file while this process lives.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{descriptor.Number}";

    /// <summary>The descriptor, for handing to a child.</summary>
    public Descriptor Descriptor => descriptor;

    /// <summary>The ranges that hold data; what lies between them is holes, which read as zero.</summary>
    public IEnumerable<(long Offset, long Length)> DataRanges() => descriptor.DataRanges(Length);

    /// <summary>Makes a new file with the same content. Pages that are all zero become holes, so they cost no memory.</summary>
    /// <exception cref="LinuxException">No memory.</exception>
    public MemoryFile Clone(string name)
    {
        var copy = new MemoryFile(name, Length);
        foreach ((long offset, long length) in DataRanges())
        {
            for (long page = offset; page < offset + length; page += Environment.SystemPageSize)
            {
                // SAFETY: both files have the same length and data ranges are whole pages inside it.
                var source = new ReadOnlySpan<byte>(Start + page, Environment.SystemPageSize);
                if (source.ContainsAnyExcept((byte)0)) source.CopyTo(new Span<byte>(copy.Start + page, Environment.SystemPageSize));
            }
        }

        return copy;
    }

    /// <summary>Writes the mapped content to a file; holes stay holes.</summary>
    /// <exception cref="IOException">The file takes no more.</exception>
    public void CopyTo(FileStream target)
    {
        target.SetLength(Length);
        foreach ((long offset, long length) in DataRanges())
        {
            target.Position = offset;
            for (long at = offset; at < offset + length; at += 1 << 20)
            {
                // SAFETY: data ranges lie inside the mapping.
                target.Write(new ReadOnlySpan<byte>(Start + at, (int)Math.Min(1 << 20, offset + length - at)));
            }
        }
    }

    /// <summary>What is in the file, as text; for the output of a child.</summary>
    /// <param name="last">At most so many bytes from the end.</param>
    public string ReadText(long last = long.MaxValue)
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = Math.Max(0, stream.Length - last);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        range?.Dispose();
        descriptor.Dispose();
    }
}
