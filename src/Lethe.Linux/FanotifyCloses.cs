namespace Lethe.Linux;

/// <summary>
/// Reports which files are closed through certain mounts (fanotify(7), FAN_CLOSE). The closing tasks do not wait. Needs CAP_SYS_ADMIN.
/// </summary>
[CHeader("linux/fanotify.h")]
internal sealed class FanotifyCloses : IDisposable
{
#pragma warning disable CS1591 // Names of linux/fanotify.h.
    public const uint FAN_CLASS_NOTIF = 0;
    public const uint FAN_MARK_MOUNT = 0x10;
    public const ulong FAN_CLOSE_WRITE = 8;
    public const ulong FAN_CLOSE_NOWRITE = 0x10;
#pragma warning restore CS1591

    private readonly FanotifyGroup group = new(FAN_CLASS_NOTIF);

    /// <summary>Watches one mount, as a process sees it.</summary>
    /// <param name="path">A path on it, such as <c>/proc/PID/root/home</c>.</param>
    /// <returns>False when that kind of file system cannot be watched.</returns>
    public bool TryWatch(string path) => group.Watch(FAN_MARK_MOUNT, FAN_CLOSE_WRITE | FAN_CLOSE_NOWRITE, path) == 0;

    /// <summary>Waits for closes and reports each. The descriptor that came with it is closed afterwards.</summary>
    /// <param name="closed">Gets the file and whether it was open for writing.</param>
    /// <returns>False once <see cref="Stop"/> was called and everything before it was reported.</returns>
    public bool Serve(Action<Descriptor, bool> closed) => group.Serve((file, _, mask) =>
    {
        using (file) closed(file, (mask & FAN_CLOSE_WRITE) != 0);
    });

    /// <summary>Ends the wait of another thread once nothing is left to report.</summary>
    public void Stop() => group.Stop();

    /// <inheritdoc/>
    public void Dispose() => group.Dispose();
}
