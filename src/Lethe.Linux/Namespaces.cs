using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Namespaces of the calling thread.</summary>
[CHeader("sched.h")]
internal static partial class Namespaces
{
    /// <summary>Its own mounts.</summary>
    public const int CLONE_NEWNS = 0x20000;

    /// <summary>Its own System V objects and message queues.</summary>
    public const int CLONE_NEWIPC = 0x8000000;

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int UnshareCall(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int Set(int descriptor, int flags);

    /// <summary>Moves the calling thread into new namespaces.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public static void Unshare(int flags) => Errno.Check(UnshareCall(flags), "unshare");

    /// <summary>Moves the calling thread into an existing namespace.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public static void Enter(Descriptor space, int kind) => Errno.Check(Set(space.Number, kind), "setns");
}
