namespace Lethe.Linux;

/// <summary>
/// A memfd: a file that lives in memory only. It has no name in any file system. So it is gone when the last process that
/// holds it ends, for any reason.
/// </summary>
internal sealed unsafe class MemoryFile : IDisposable
{
    // Small enough to stay in a processor's cache between reading and writing.
    private const int CopiedAtOnce = 256 << 10;

    private readonly Descriptor descriptor;
    private readonly MemoryRange? range;

    /// <summary>Creates a memfd of zero bytes and maps it. With a length of 0 it is not mapped, and grows as it is written.</summary>
    /// <param name="name">A name for <c>/proc/PID/fd</c>.</param>
    /// <param name="length">Its length, in bytes.</param>
    /// <exception cref="LinuxException">No memory.</exception>
    public MemoryFile(string name, long length)
    {
        descriptor = new Descriptor(Errno.Check(MemoryCalls.MemoryFileCreate(name, MemoryCalls.MFD_CLOEXEC), "memfd_create"));
        if (length == 0) return;
        descriptor.SetLength(length);
        range = MemoryRange.OfFile(descriptor, length, writable: true);
    }

    /// <summary>Creates an empty memfd, which is not mapped, with flags of <c>memfd_create(2)</c>.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static Descriptor Create(string name, uint flags) =>
        new(Errno.Check(MemoryCalls.MemoryFileCreate(name, flags), "memfd_create"));

    /// <summary>Bytes mapped; 0 for a growing memfd.</summary>
    public long Length => range?.Length ?? 0;

    /// <summary>First mapped byte; a growing memfd has none and throws.</summary>
    public byte* Start => range is null ? throw new InvalidOperationException("a growing file is not mapped") : range.Start;

    /// <summary>A path under which a child process of the same user can open the file while this process lives.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{descriptor.Number}";

    public Descriptor Descriptor => descriptor;

    /// <summary>The ranges that hold data. Holes lie between them, which read as zero.</summary>
    public IEnumerable<(long Offset, long Length)> DataRanges() => descriptor.DataRanges(Length);

    /// <summary>Creates a new memfd with the same content. Pages that are all zero become holes, which take no memory.</summary>
    /// <exception cref="LinuxException">No memory.</exception>
    public MemoryFile Clone(string name)
    {
        var copy = new MemoryFile(name, Length);
        CopyTo(copy);
        return copy;
    }

    /// <summary>Copies the content into an empty memfd of the same length. Pages that are all zero stay holes.</summary>
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

    /// <summary>Reads bytes. Unlike reading through <see cref="Start"/>, this maps no pages and fills no holes.</summary>
    /// <remarks>
    /// Memory that is searched once is read faster this way: touching 200 MiB for the first time took 443 ms, reading it takes 25
    /// (bench/RESULTS.md).
    /// </remarks>
    /// <param name="offset">Where they begin, in bytes.</param>
    /// <param name="destination">All of it is filled.</param>
    /// <exception cref="IOException">The file ends before, or cannot be read.</exception>
    public void ReadInto(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int got = descriptor.ReadSomeAt(offset, destination);
            if (got == 0) throw new EndOfStreamException("the memfd is shorter");
            Errno.CheckReturned(Math.Max(0, -got), "pread");
            destination = destination[got..];
            offset += got;
        }
    }

    /// <summary>Writes the mapped content to a file; holes stay holes.</summary>
    /// <exception cref="IOException">A write failed.</exception>
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

    /// <summary>The file's content as text, such as the output of a child.</summary>
    /// <param name="last">How many bytes at most, counted from the end.</param>
    public string ReadText(long last = long.MaxValue)
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = Math.Max(0, stream.Length - last);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // This uses write calls. Through the mapping, each page would cause a fault and be cleared before it is filled.
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
