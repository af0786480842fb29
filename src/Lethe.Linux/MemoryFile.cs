namespace Lethe.Linux;

/// <summary>
/// A file that lives in memory only (memfd). It has no name in any file system, so it is gone when the last process
/// that holds it ends, whatever ends that process.
/// </summary>
public sealed unsafe class MemoryFile : IDisposable
{
    private const long LongestStretch = 1 << 20;

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
        CopyTo(copy);
        return copy;
    }

    /// <summary>Gives an empty file of the same length the same content. Pages that are all zero stay holes.</summary>
    /// <exception cref="LinuxException">No memory.</exception>
    public void CopyTo(MemoryFile empty)
    {
        if (empty.Length != Length) throw new ArgumentException("the files differ in length", nameof(empty));
        foreach ((long offset, long length) in DataRanges())
        {
            for (long at = offset; at < offset + length; at += LongestStretch)
                CopyStretch(empty, at, Math.Min(offset + length, at + LongestStretch));
        }
    }

    /// <summary>Writes the mapped content to a file; holes stay holes.</summary>
    /// <exception cref="IOException">The file takes no more.</exception>
    public void CopyTo(FileStream target)
    {
        target.SetLength(Length);
        foreach ((long offset, long length) in DataRanges())
        {
            target.Position = offset;
            for (long at = offset; at < offset + length; at += LongestStretch)
            {
                target.Write(Read(at, Math.Min(offset + length, at + LongestStretch)));
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

    /// <summary>Copies runs of pages that are not all zero.</summary>
    private void CopyStretch(MemoryFile target, long from, long to)
    {
        // Written, not stored through the mapping: there each page would be a fault, and be cleared before it is filled.
        long run = from;
        for (long page = from; page < to; page += Environment.SystemPageSize)
        {
            if (Read(page, Math.Min(to, page + Environment.SystemPageSize)).ContainsAnyExcept((byte)0)) continue;
            target.descriptor.WriteAllAt(run, Read(run, page));
            run = page + Environment.SystemPageSize;
        }

        if (run < to) target.descriptor.WriteAllAt(run, Read(run, to));
    }

    // SAFETY: callers stay inside the mapping, which lives as long as this object.
    private ReadOnlySpan<byte> Read(long from, long to) => new(Start + from, (int)(to - from));

    /// <inheritdoc/>
    public void Dispose()
    {
        range?.Dispose();
        descriptor.Dispose();
    }
}
