using System.Runtime.InteropServices;
using System.Text;

namespace Lethe.Linux;

/// <summary>
/// Files below a directory that is treated as the root. Links inside it, absolute ones too, never lead out of it (openat2(2), since
/// Linux 5.6).
/// </summary>
internal static unsafe partial class RootedFiles
{
    // RESOLVE_IN_ROOT of linux/openat2.h.
    private const ulong ResolveInRoot = 0x10;
    private const int LongestTarget = 4096;

    // The kernel gives up on a path with .. in it if anything is mounted or renamed meanwhile, anywhere (openat2(2), EAGAIN).
    private const int MostTries = 1000;

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    private static partial nint ReadLink(int link, byte* none, byte* target, nint room);

    /// <summary>Opens a file; close-on-exec is always set.</summary>
    /// <param name="root">The directory; O_PATH is enough.</param>
    /// <param name="path">The path, absolute or relative: both begin at the root.</param>
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
    /// <returns>The link's target; null when it is not a link.</returns>
    public static string? TargetOf(Descriptor link)
    {
        byte* target = stackalloc byte[LongestTarget];
        byte empty = 0;
        // SAFETY: an empty name, which is in this frame, means the descriptor itself. The kernel writes no more than the size passed, and
        // returns how much it wrote.
        nint length = ReadLink(link.Number, &empty, target, LongestTarget);
        return length < 0 ? null : Encoding.UTF8.GetString(target, (int)length);
    }
}
