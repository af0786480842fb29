using System.Runtime.InteropServices;
using System.Text;

namespace Lethe.Linux;

/// <summary>
/// Files below a directory that stands for the root: links inside it, absolute ones too, never lead out (openat2(2), since Linux 5.6).
/// </summary>
internal static unsafe partial class RootedFiles
{
    // RESOLVE_IN_ROOT of linux/openat2.h.
    private const ulong ResolveInRoot = 0x10;
    private const int LongestTarget = 4096;

    // A mount or rename anywhere during the search for a path with .. in it makes the kernel give up (openat2(2), EAGAIN).
    private const int MostTries = 1000;

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    private static partial nint ReadLink(int link, byte* none, byte* target, nint room);

    /// <summary>Opens a file; close-on-exec is always set.</summary>
    /// <param name="root">The directory, open as a place at least.</param>
    /// <param name="path">Absolute from there, or relative to it.</param>
    /// <param name="flags">Flags of <see cref="FileCalls"/>.</param>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static Descriptor Open(Descriptor root, string path, int flags)
    {
        // struct open_how: flags, mode, resolve.
        ulong* how = stackalloc ulong[3] { (ulong)(flags | FileCalls.O_CLOEXEC), 0, ResolveInRoot };
        // SAFETY: the name ends with a zero byte and is pinned for the length of the call; the size passed is that of the three words.
        fixed (byte* name = (byte[])[.. Encoding.UTF8.GetBytes(path), 0])
        {
            nint number;
            int tries = 0;
            do number = SystemCall.Invoke(SystemCallNumber.SYS_openat2, root.Number, (nint)name, (nint)how, 3 * sizeof(ulong));
            while (number < 0 && Marshal.GetLastPInvokeError() == Errno.EAGAIN && ++tries < MostTries);
            return new Descriptor((int)Errno.Check(number, "openat2", path));
        }
    }

    /// <summary>Where a symbolic link leads.</summary>
    /// <param name="link">The link itself, opened with O_PATH and O_NOFOLLOW.</param>
    /// <returns>Null when it is none.</returns>
    public static string? TargetOf(Descriptor link)
    {
        byte* target = stackalloc byte[LongestTarget];
        byte empty = 0;
        // SAFETY: an empty name, which is in this frame, means the descriptor itself. The kernel writes no more than the room it is told,
        // and says how much that was.
        nint length = ReadLink(link.Number, &empty, target, LongestTarget);
        return length < 0 ? null : Encoding.UTF8.GetString(target, (int)length);
    }
}
