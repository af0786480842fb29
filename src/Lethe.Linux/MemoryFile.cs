namespace Lethe.Linux;

/// <summary>
/// A file that lives in memory only (memfd). It has no name in any file system, so it is gone when the last process
/// that holds it ends, whatever ends that process.
/// </summary>
internal sealed unsafe class MemoryFile : IDisposable
{
    // Stays in a processor's cache between reading and writing.
    private const int CopiedAtOnce = 256 << 10;

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
        byte[] buffer = new byte[CopiedAtOnce];
        foreach ((long offset, long length) in DataRanges())
        {
            for (long at = offset; at < offset + length; at += buffer.Length)
            {
                Span<byte> stretch = buffer.AsSpan(0, (int)Math.Min(buffer.Length, offset + length - at));
                ReadInto(at, stretch);
                empty.WriteWithoutZeroPages(at, stretch);
            }
        }
    }

    /// <summary>Copies bytes out. Unlike a look through <see cref="Start"/> it maps no pages, and leaves holes as they are.</summary>
    /// <remarks>
    /// Where memory is looked through once this is the faster way: a first touch of 200 MiB took 443 ms where reading it takes 25
    /// (bench/RESULTS.md).
    /// </remarks>
    /// <param name="offset">Where they begin.</param>
    /// <param name="destination">All of it is filled.</param>
    /// <exception cref="IOException">They are not there.</exception>
    public void ReadInto(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int got = descriptor.ReadSomeAt(offset, destination);
            if (got == 0) throw new EndOfStreamException("the memory file is shorter");
            Errno.CheckReturned(Math.Max(0, -got), "pread");
            destination = destination[got..];
            offset += got;
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
            for (long at = offset; at < offset + length; at += 1 << 20)
            {
                // SAFETY: data ranges end where the file does. Not checked here: that the file still has the length it was mapped with.
                // Nothing in this program sets it again.
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

    // Written, not stored through the mapping: there each page would be a fault, and be cleared before it is filled.
    private void WriteWithoutZeroPages(long offset, ReadOnlySpan<byte> stretch)
    {
        int run = 0;
        for (int page = 0; page < stretch.Length; page += Environment.SystemPageSize)
        {
            if (stretch.Slice(page, Math.Min(Environment.SystemPageSize, stretch.Length - page)).ContainsAnyExcept((byte)0)) continue;
            descriptor.WriteAllAt(offset + run, stretch[run..page]);
            run = page + Environment.SystemPageSize;
        }

        if (run < stretch.Length) descriptor.WriteAllAt(offset + run, stretch[run..]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        range?.Dispose();
        descriptor.Dispose();
    }
}
