using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lethe.Linux;

/// <summary>A file descriptor, closed when disposed. All that this class opens are close-on-exec from the start.</summary>
public sealed class Descriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes over an open descriptor.</summary>
    public Descriptor(int value) : base(ownsHandle: true) => SetHandle(value);

    /// <summary>The descriptor's number, valid while this object lives.</summary>
    public int Number => (int)handle;

    /// <summary>Opens a file; close-on-exec is always set.</summary>
    /// <param name="path">The file.</param>
    /// <param name="flags">Flags of <see cref="FileCalls"/>.</param>
    /// <param name="mode">Permission bits of a file that is created; 0600 by default.</param>
    /// <exception cref="LinuxException">The file cannot be opened.</exception>
    public static Descriptor Open(string path, int flags, uint mode = 0x180) =>
        new(Errno.Check(FileCalls.Open(path, flags | FileCalls.O_CLOEXEC, mode), "open", path));

    /// <summary>Creates a pipe; close-on-exec is always set.</summary>
    /// <exception cref="LinuxException">No more descriptors.</exception>
    public static unsafe (Descriptor Read, Descriptor Write) Pipe(int flags = 0)
    {
        // SAFETY: the kernel writes two descriptors, for which there is room in this frame.
        int* ends = stackalloc int[2];
        Errno.Check(FileCalls.Pipe(ends, flags | FileCalls.O_CLOEXEC), "pipe2");
        return (new Descriptor(ends[0]), new Descriptor(ends[1]));
    }

    /// <summary>Writes all bytes at the file's position, in as many calls as that takes.</summary>
    /// <exception cref="LinuxException">A write failed; some bytes may be written.</exception>
    public void WriteAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[WriteSome(bytes)..];
    }

    /// <summary>Writes once at the file's position.</summary>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="LinuxException">Nothing was written; <see cref="Errno.EAGAIN"/> is an error too.</exception>
    public unsafe int WriteSome(ReadOnlySpan<byte> bytes)
    {
        // SAFETY: the span is pinned for the length of the call and its length is passed along.
        fixed (byte* start = bytes)
        {
            while (true)
            {
                nint written = FileCalls.Write(Number, start, (nuint)bytes.Length);
                if (written < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR) continue;
                return (int)Errno.Check(written, "write");
            }
        }
    }

    /// <summary>Writes all bytes at an offset, in bytes. The file's position is neither used nor changed.</summary>
    /// <exception cref="LinuxException">A write failed; some bytes may be written.</exception>
    public unsafe void WriteAllAt(long offset, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            // SAFETY: the span is pinned for the length of the call and its length is passed along.
            fixed (byte* start = bytes)
            {
                nint written = FileCalls.WriteAt(Number, start, (nuint)bytes.Length, offset);
                if (written < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR) continue;
                bytes = bytes[(int)Errno.Check(written, "pwrite")..];
                offset += written;
            }
        }
    }

    /// <summary>Reads up to and including a certain byte, or to the end.</summary>
    /// <returns>What was read, as Latin-1 text.</returns>
    /// <exception cref="LinuxException">The file cannot be read.</exception>
    public unsafe string ReadUntil(byte last)
    {
        var text = new System.Text.StringBuilder();
        // SAFETY: one byte is asked for, and it goes to this frame.
        byte next;
        while (true)
        {
            nint got = FileCalls.Read(Number, &next, 1);
            if (got < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR) continue;
            if (Errno.Check(got, "read") == 0) return text.ToString();
            text.Append((char)next);
            if (next == last) return text.ToString();
        }
    }

    /// <summary>Reads once at the file's position.</summary>
    /// <returns>How many bytes were read; 0 at the end.</returns>
    /// <exception cref="LinuxException">The file cannot be read.</exception>
    public unsafe int ReadSome(Span<byte> destination)
    {
        // SAFETY: the span is pinned for the length of the call and its length is passed along.
        fixed (byte* start = destination)
        {
            while (true)
            {
                nint got = FileCalls.Read(Number, start, (nuint)destination.Length);
                if (got < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR) continue;
                return (int)Errno.Check(got, "read");
            }
        }
    }

    /// <summary>Reads once at an offset, in bytes. The file's position is neither used nor changed.</summary>
    /// <returns>How many bytes were read, 0 at the end; a negative errno when the file cannot be read there.</returns>
    public unsafe int ReadSomeAt(long offset, Span<byte> destination)
    {
        // SAFETY: the span is pinned for the length of the call and its length is passed along.
        fixed (byte* start = destination)
        {
            while (true)
            {
                nint got = FileCalls.ReadAt(Number, start, (nuint)destination.Length, offset);
                if (got >= 0) return (int)got;
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EINTR) return -error;
            }
        }
    }

    /// <summary>The file's size now, in bytes; also for block devices. Moves the file's position to the end.</summary>
    /// <exception cref="LinuxException">The file has no positions, such as a pipe.</exception>
    public long End() => Errno.Check((nint)FileCalls.Seek(Number, 0, FileCalls.SEEK_END), "lseek SEEK_END");

    /// <summary>The offset, in bytes, of the first data at or after an offset.</summary>
    /// <returns>Null when only a hole follows, or the end.</returns>
    /// <exception cref="LinuxException">The file cannot report its data ranges.</exception>
    public long? NextData(long from)
    {
        long data = FileCalls.Seek(Number, from, FileCalls.SEEK_DATA);
        // Only this error means that no data follow; any other must not pass for an empty file.
        if (data < 0 && Marshal.GetLastPInvokeError() == Errno.ENXIO) return null;
        return Errno.Check((nint)data, "lseek SEEK_DATA");
    }

    /// <summary>The offset, in bytes, of the first hole at or after an offset. The file's end counts as a hole.</summary>
    /// <exception cref="LinuxException">The file cannot report its holes, or the offset is beyond its end.</exception>
    public long NextHole(long from) => Errno.Check((nint)FileCalls.Seek(Number, from, FileCalls.SEEK_HOLE), "lseek SEEK_HOLE");

    /// <summary>Sets the file's length, in bytes.</summary>
    /// <exception cref="LinuxException">The file cannot have that length.</exception>
    public void SetLength(long length) => Errno.Check(FileCalls.Truncate(Number, length), "ftruncate");

    /// <summary>Waits until the file's data are on its device.</summary>
    /// <exception cref="LinuxException">The device failed.</exception>
    public void Synchronise() => Errno.Check(FileCalls.Synchronise(Number), "fsync");

    /// <summary>Asks the kernel to drop the file's clean pages from the page cache.</summary>
    /// <exception cref="LinuxException">The file has no page cache.</exception>
    public void DropCachedPages() =>
        Errno.CheckReturned(FileCalls.AdviseFile(Number, 0, 0, FileCalls.POSIX_FADV_DONTNEED), "posix_fadvise");

    /// <summary>Whether nobody else has the file open: the kernel grants a write lease only then (fcntl(2)).</summary>
    public bool IsLastUser()
    {
        if (FileCalls.Control(Number, FileCalls.F_SETLEASE, FileCalls.F_WRLCK) < 0) return false;
        _ = FileCalls.Control(Number, FileCalls.F_SETLEASE, FileCalls.F_UNLCK);
        return true;
    }

    /// <summary>
    /// The ranges that hold data, in bytes, and that begin in the first <paramref name="length"/> bytes. Holes lie between them.
    /// </summary>
    /// <exception cref="LinuxException">The file cannot report its data ranges.</exception>
    public IEnumerable<(long Offset, long Length)> DataRanges(long length)
    {
        long position = 0;
        while (position < length && NextData(position) is { } data)
        {
            long hole = NextHole(data);
            yield return (data, hole - data);
            position = hole;
        }
    }

    /// <summary>Makes a second descriptor of the same open file, numbered <paramref name="atLeast"/> or higher.</summary>
    /// <exception cref="LinuxException">No more descriptors.</exception>
    public Descriptor Duplicate(int atLeast) =>
        new(Errno.Check(FileCalls.Control(Number, FileCalls.F_DUPFD_CLOEXEC, atLeast), "fcntl F_DUPFD_CLOEXEC"));

    /// <summary>Makes a second descriptor of a file that is open under a number. The second is numbered 3 or higher.</summary>
    /// <exception cref="LinuxException">The number is not open.</exception>
    public static Descriptor DuplicateOf(int number) =>
        new(Errno.Check(FileCalls.Control(number, FileCalls.F_DUPFD_CLOEXEC, 3), "fcntl F_DUPFD_CLOEXEC"));

    /// <summary>Sets a pipe's capacity, in bytes.</summary>
    /// <returns>The capacity the kernel chose, in bytes.</returns>
    /// <exception cref="LinuxException">More than the kernel allows.</exception>
    public int SetPipeCapacity(int bytes) =>
        Errno.Check(FileCalls.Control(Number, FileCalls.F_SETPIPE_SZ, bytes), "fcntl F_SETPIPE_SZ");

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => FileCalls.Close((int)handle) == 0;
}
