using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>A range of mapped memory, unmapped when disposed.</summary>
internal sealed unsafe class MemoryRange : IDisposable
{
    private readonly bool unmapAtEnd;
    private byte* start;

    // SAFETY: the callers have mapped this many bytes there, and nobody else unmaps them.
    private MemoryRange(byte* start, long length, bool unmapAtEnd)
    {
        this.start = start;
        Length = length;
        this.unmapAtEnd = unmapAtEnd;
    }

    /// <summary>First byte.</summary>
    public byte* Start => start is null ? throw new ObjectDisposedException(nameof(MemoryRange)) : start;

    /// <summary>Length in bytes.</summary>
    public long Length { get; }

    /// <summary>The whole range; only for ranges below 2 GiB.</summary>
    // SAFETY: all of the range is mapped until this object is disposed; no span may be used after that.
    public Span<byte> Bytes => new(Start, checked((int)Length));

    /// <summary>Maps private anonymous memory.</summary>
    /// <param name="length">Bytes, a whole number of pages.</param>
    /// <param name="flags">Further flags of <see cref="MemoryCalls"/>.</param>
    /// <exception cref="LinuxException">No memory.</exception>
    public static MemoryRange Anonymous(long length, int flags = MemoryCalls.MAP_PRIVATE) =>
        Map(length, MemoryCalls.PROT_READ | MemoryCalls.PROT_WRITE, flags | MemoryCalls.MAP_ANONYMOUS, -1, "anonymous memory");

    /// <summary>Reserves addresses that can be read but have no memory. Each read returns zeros, from the kernel's zero page.</summary>
    /// <param name="length">Bytes, a whole number of pages.</param>
    /// <exception cref="LinuxException">Over the limit on address space.</exception>
    public static MemoryRange Unbacked(long length) => Map(
        length,
        MemoryCalls.PROT_READ,
        MemoryCalls.MAP_PRIVATE | MemoryCalls.MAP_ANONYMOUS | MemoryCalls.MAP_NORESERVE,
        -1,
        "unbacked addresses"
    );

    /// <summary>Maps a file, shared.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="writable">Whether it may be written.</param>
    /// <param name="flags">Further flags of <see cref="MemoryCalls"/>.</param>
    /// <param name="offset">Where in the file it begins, in bytes, at a page.</param>
    /// <exception cref="LinuxException">The file cannot be mapped.</exception>
    public static MemoryRange OfFile(Descriptor file, long length, bool writable, int flags = MemoryCalls.MAP_SHARED, long offset = 0) =>
        Map(length, MemoryCalls.PROT_READ | (writable ? MemoryCalls.PROT_WRITE : 0), flags, file.Number, "a file", offset);

    /// <summary>Moves the program break up by a number of bytes; <see cref="ShrinkBreak"/> frees them.</summary>
    /// <exception cref="LinuxException">No memory.</exception>
    public static MemoryRange Break(long length)
    {
        // SAFETY: the bytes above the old break are new, and this object's. Not checked here: that no other thread moves the break at the
        // same moment. sbrk(3) reads it and sets it in two steps.
        void* old = MemoryCalls.MoveBreak((nint)length);
        Errno.Check((nint)old, "brk");
        return new MemoryRange((byte*)old, length, unmapAtEnd: false);
    }

    /// <summary>Moves the program break down again to where this range began.</summary>
    /// <exception cref="InvalidOperationException">Something else moved the break meanwhile.</exception>
    public void ShrinkBreak()
    {
        // SAFETY: exactly this range is freed, as the break is still at its end. Not checked here: that no other thread moves the break
        // between the check and the call.
        if (MemoryCalls.MoveBreak(0) != Start + Length)
            throw new InvalidOperationException("the program break was moved by something else");
        Errno.Check((nint)MemoryCalls.MoveBreak(-(nint)Length), "brk");
        start = null;
    }

    /// <summary>Gives the kernel advice on the whole range.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    // SAFETY: only this range is passed to the kernel. Advice may change what is in it, but never unmaps it.
    public void Advise(int advice) => Errno.Check(MemoryCalls.Advise(Start, (nuint)Length, advice), "madvise");

    /// <summary>Allocates the pages of a part of the range, zeroed.</summary>
    /// <param name="offset">First byte of the part, at a page's beginning.</param>
    /// <param name="length">Bytes, whole pages.</param>
    /// <returns>False when there is not enough memory.</returns>
    /// <exception cref="LinuxException">The range cannot be written.</exception>
    public bool Populate(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, Length);
        // SAFETY: the part was checked to lie inside the range, and so do the pages that the loop writes to.
        if (MemoryCalls.Advise(Start + offset, (nuint)length, MemoryCalls.MADV_POPULATE_WRITE) == 0) return true;
        int error = Marshal.GetLastPInvokeError();
        if (error is Errno.ENOMEM or Errno.EFAULT) return false;
        if (error != Errno.EINVAL) throw new LinuxException(error, "madvise MADV_POPULATE_WRITE");
        // A kernel before 5.14.
        for (long page = offset; page < offset + length; page += Environment.SystemPageSize) Volatile.Write(ref Start[page], 0);
        return true;
    }

    /// <summary>Locks the range in RAM.</summary>
    /// <exception cref="LinuxException">Over the limit on locked memory.</exception>
    // SAFETY: only this range is passed to the kernel, and locking changes nothing in it.
    public void Lock() => Errno.Check(MemoryCalls.Lock(Start, (nuint)Length), "mlock");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (start is null || !unmapAtEnd) return;
        // SAFETY: the range is unmapped once, as the pointer is then set to null, and Start throws from then on.
        Errno.Check(MemoryCalls.Unmap(start, (nuint)Length), "munmap");
        start = null;
    }

    private static MemoryRange Map(long length, int protection, int flags, int descriptor, string subject, long offset = 0)
    {
        // SAFETY: the kernel chooses the address, so it replaces no other mapping. This object owns the range until it is unmapped.
        void* address = MemoryCalls.Map(null, (nuint)length, protection, flags, descriptor, (nint)offset);
        Errno.Check((nint)address, "mmap", subject);
        return new MemoryRange((byte*)address, length, unmapAtEnd: true);
    }
}
