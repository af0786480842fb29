using System.Text;

namespace Lethe.Linux;

/// <summary>
/// A file system that is mounted nowhere until it is attached. It lives as long as its descriptor (fsopen, fsmount, move_mount;
/// since Linux 5.2).
/// </summary>
[CHeader("sys/mount.h")]
internal static unsafe class NewMount
{
#pragma warning disable CS1591 // Names of sys/mount.h.
    public const int FSCONFIG_SET_FLAG = 0;
    public const int FSCONFIG_SET_STRING = 1;
    public const int FSCONFIG_CMD_CREATE = 6;
    public const int FSOPEN_CLOEXEC = 1;
    public const int FSMOUNT_CLOEXEC = 1;
    public const int MOVE_MOUNT_F_EMPTY_PATH = 4;
    public const int MOUNT_ATTR_RDONLY = 1;
    public const int MOUNT_ATTR_NOSUID = 2;
    public const int MOUNT_ATTR_NODEV = 4;
#pragma warning restore CS1591

    private const int AtCurrentDirectory = -100, AtRecursive = 0x8000;

    /// <summary>Creates a file system, and a mount of it that is not attached.</summary>
    /// <param name="type"><c>tmpfs</c> for example.</param>
    /// <param name="options">Such as <c>size=50%</c>, or <c>source=/dev/...</c>; a word without a value is a flag.</param>
    /// <param name="attributes">MOUNT_ATTR bits.</param>
    /// <exception cref="LinuxException">Not permitted, or an option this kernel does not know (EINVAL).</exception>
    public static Descriptor Make(string type, IEnumerable<string> options, int attributes)
    {
        using Descriptor context = WithText(type, name => SystemCall.Invoke(SystemCallNumber.SYS_fsopen, name, FSOPEN_CLOEXEC), "fsopen");
        foreach (string option in options)
        {
            string[] halves = option.Split('=', 2);
            // SAFETY: both texts end with a zero byte and are pinned for the length of the call, which copies them.
            fixed (byte* key = Zeroed(halves[0]))
            fixed (byte* value = Zeroed(halves[^1]))
            {
                nint result = halves.Length == 1
                    ? SystemCall.Invoke(SystemCallNumber.SYS_fsconfig, context.Number, FSCONFIG_SET_FLAG, (nint)key)
                    : SystemCall.Invoke(SystemCallNumber.SYS_fsconfig, context.Number, FSCONFIG_SET_STRING, (nint)key, (nint)value);
                Errno.Check(result, "fsconfig", option);
            }
        }

        Errno.Check(SystemCall.Invoke(SystemCallNumber.SYS_fsconfig, context.Number, FSCONFIG_CMD_CREATE), "fsconfig", type);
        return new Descriptor(
            (int)Errno.Check(SystemCall.Invoke(SystemCallNumber.SYS_fsmount, context.Number, FSMOUNT_CLOEXEC, attributes), "fsmount", type)
        );
    }

    /// <summary>Attaches a mount to a directory of the calling thread's mount namespace.</summary>
    /// <exception cref="LinuxException">No such directory.</exception>
    public static void Attach(int mount, string directory)
    {
        // SAFETY: both texts end with a zero byte and are pinned for the length of the call, which copies them.
        fixed (byte* nothing = Zeroed(""))
        fixed (byte* target = Zeroed(directory))
        {
            Errno.Check(
                SystemCall.Invoke(
                    SystemCallNumber.SYS_move_mount,
                    mount,
                    (nint)nothing,
                    AtCurrentDirectory,
                    (nint)target,
                    MOVE_MOUNT_F_EMPTY_PATH
                ),
                "move_mount", directory);
        }
    }

    /// <summary>Sets and clears attributes of a mount, recursively if wanted (mount_setattr, since Linux 5.12).</summary>
    /// <exception cref="LinuxException">Not permitted, or an older kernel (ENOSYS).</exception>
    public static void SetAttributes(string path, ulong set, ulong clear, bool recursive)
    {
        // struct mount_attr: set, clear, propagation, user namespace.
        // SAFETY: the size that is passed is that of the four words. The path ends with a zero byte and is pinned for the length of the
        // call.
        ulong* attributes = stackalloc ulong[4] { set, clear, 0, 0 };
        fixed (byte* target = Zeroed(path))
        {
            Errno.Check(
                SystemCall.Invoke(
                    SystemCallNumber.SYS_mount_setattr,
                    AtCurrentDirectory,
                    (nint)target,
                    recursive ? AtRecursive : 0,
                    (nint)attributes,
                    sizeof(ulong) * 4
                ),
                "mount_setattr", path);
        }
    }

    private static byte[] Zeroed(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static Descriptor WithText(string text, Func<nint, nint> call, string operation)
    {
        // SAFETY: the text ends with a zero byte and is pinned while the call is made.
        fixed (byte* start = Zeroed(text)) return new Descriptor((int)Errno.Check(call((nint)start), operation, text));
    }
}
