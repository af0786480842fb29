using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>The one place where the result of a system call is checked.</summary>
[CHeader("errno.h")]
internal static class Errno
{
    /// <summary>Interrupted by a signal.</summary>
    public const int EINTR = 4;

    /// <summary>Try again: nothing is ready.</summary>
    public const int EAGAIN = 11;

    /// <summary>Out of memory, or over a limit on it.</summary>
    public const int ENOMEM = 12;

    /// <summary>Not permitted by access rights.</summary>
    public const int EACCES = 13;

    /// <summary>Bad address, or a page that could not be made present.</summary>
    public const int EFAULT = 14;

    /// <summary>An argument the kernel does not know.</summary>
    public const int EINVAL = 22;

    /// <summary>No such file.</summary>
    public const int ENOENT = 2;

    /// <summary>The file is a program that is being executed.</summary>
    public const int ETXTBSY = 26;

    /// <summary>A part of the path is no directory.</summary>
    public const int ENOTDIR = 20;

    /// <summary>Too many symbolic links on the way: a loop.</summary>
    public const int ELOOP = 40;

    /// <summary>A file would grow beyond a limit.</summary>
    public const int EFBIG = 27;

    /// <summary>No such device, or one that is going away.</summary>
    public const int ENODEV = 19;

    /// <summary>The device failed, or nothing is at this place.</summary>
    public const int EIO = 5;

    /// <summary>A path or a link's target is longer than the kernel's buffer.</summary>
    public const int ENAMETOOLONG = 36;

    /// <summary>This kind of object does not have the operation.</summary>
    public const int EOPNOTSUPP = 95;

    /// <summary>No such process.</summary>
    public const int ESRCH = 3;

    /// <summary>No more open files in the system.</summary>
    public const int ENFILE = 23;

    /// <summary>Nobody reads the pipe any more.</summary>
    public const int EPIPE = 32;

    /// <summary>No more buffers.</summary>
    public const int ENOBUFS = 105;

    /// <summary>No more descriptors for this process.</summary>
    public const int EMFILE = 24;

    /// <summary>No room left: a device, a table or a quota is full.</summary>
    public const int ENOSPC = 28;

    /// <summary>Over a quota.</summary>
    public const int EDQUOT = 122;

    /// <summary>Not permitted to this user.</summary>
    public const int EPERM = 1;

    /// <summary>No such address: no data beyond this offset.</summary>
    public const int ENXIO = 6;

    /// <summary>The kernel does not have this call.</summary>
    public const int ENOSYS = 38;

    /// <summary>Returns a result that is not negative; otherwise throws the error in errno.</summary>
    /// <exception cref="LinuxException">The call failed.</exception>
    public static int Check(int result, string operation, string subject = "")
    {
        if (result < 0) throw new LinuxException(Marshal.GetLastPInvokeError(), operation, subject);
        return result;
    }

    /// <inheritdoc cref="Check(int, string, string)"/>
    public static nint Check(nint result, string operation, string subject = "")
    {
        if (result < 0) throw new LinuxException(Marshal.GetLastPInvokeError(), operation, subject);
        return result;
    }

    /// <summary>Checks functions that return the error instead of setting errno, such as posix_spawn.</summary>
    /// <exception cref="LinuxException">The call failed.</exception>
    public static void CheckReturned(int error, string operation, string subject = "")
    {
        if (error != 0) throw new LinuxException(error, operation, subject);
    }
}
