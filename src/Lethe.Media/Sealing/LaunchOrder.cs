namespace Lethe.Media.Sealing;

/// <summary>
/// A step that the launcher, the process that becomes the workload, does to itself before it executes the command. It does the steps in
/// order, in the thread that executes the command.
/// </summary>
public abstract record LaunchOrder
{
    private LaunchOrder()
    {
    }

    /// <summary>Move to new namespaces (unshare(2)).</summary>
    /// <param name="Namespaces">Bits of <see cref="Linux.Namespaces"/>.</param>
    public sealed record Unshare(int Namespaces) : LaunchOrder;

    /// <summary>Attach a mount that a descriptor holds (move_mount(2)). The directory is created if it is missing.</summary>
    /// <param name="Descriptor">The descriptor's number in the launcher.</param>
    /// <param name="Directory">Where to attach it.</param>
    public sealed record Attach(int Descriptor, string Directory) : LaunchOrder;

    /// <summary>Create a directory that only its owner may use.</summary>
    /// <param name="Directory">Its path.</param>
    public sealed record MakeDirectory(string Directory) : LaunchOrder;

    /// <summary>Make a device file impossible to open.</summary>
    /// <param name="Path">Its path.</param>
    public sealed record ForbidDevice(string Path) : LaunchOrder;

    /// <summary>Make every mount read-only.</summary>
    public sealed record MakeReadOnly : LaunchOrder;

    /// <summary>Begin with an empty session keyring (keyctl(2), KEYCTL_JOIN_SESSION_KEYRING).</summary>
    public sealed record JoinNewSessionKeyring : LaunchOrder;

    /// <summary>Dump no core, neither to a file nor to a handler.</summary>
    public sealed record ForbidCoreDumps : LaunchOrder;

    /// <summary>Use no transparent huge pages (prctl(2), PR_SET_THP_DISABLE).</summary>
    public sealed record ForbidTransparentHugePages : LaunchOrder;

    /// <summary>Keep executed files from giving privileges (prctl(2), PR_SET_NO_NEW_PRIVS).</summary>
    public sealed record ForbidNewPrivileges : LaunchOrder;

    /// <summary>Install the workload's seccomp filter. It applies to later steps too, so it is installed last.</summary>
    /// <param name="Strict">Whether calls that free memory stop for the tracer.</param>
    /// <param name="Memfd">What happens when the workload creates a memfd.</param>
    /// <param name="Traced">Whether there is a tracer.</param>
    public sealed record InstallFilter(bool Strict, MemfdPolicy Memfd, bool Traced) : LaunchOrder;

    /// <summary>Give the command only the first of the environment variables that the launcher was started with.</summary>
    /// <param name="Count">How many.</param>
    public sealed record KeepVariables(int Count) : LaunchOrder;

    /// <summary>Restore the default action of a signal that lethe ignores, for the command.</summary>
    /// <param name="Signal">Its number.</param>
    public sealed record RestoreDefaultSignal(int Signal) : LaunchOrder;
}
