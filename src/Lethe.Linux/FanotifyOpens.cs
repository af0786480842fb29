namespace Lethe.Linux;

/// <summary>
/// Lets this process look at each file of a file system before it is opened (fanotify(7), FAN_OPEN_PERM). Needs CAP_SYS_ADMIN.
/// When this object is disposed or the process ends, the kernel lets all waiting tasks go on.
/// </summary>
[CHeader("linux/fanotify.h")]
internal sealed class FanotifyOpens : IDisposable
{
#pragma warning disable CS1591 // Names of linux/fanotify.h.
    public const uint FAN_CLOEXEC = 1;
    public const uint FAN_CLASS_CONTENT = 4;
    public const uint FAN_UNLIMITED_QUEUE = 0x10;
    public const uint FAN_UNLIMITED_MARKS = 0x20;
    public const uint FAN_REPORT_TID = 0x100;
    public const uint FAN_MARK_ADD = 1;
    public const uint FAN_MARK_FILESYSTEM = 0x100;
    public const ulong FAN_OPEN_PERM = 0x10000;
    public const uint FAN_ALLOW = 1;
#pragma warning restore CS1591

    private readonly FanotifyGroup group = new(FAN_CLASS_CONTENT | FAN_REPORT_TID);

    /// <summary>Watches the whole file system that a mount shows.</summary>
    /// <param name="mount">A descriptor on it.</param>
    /// <exception cref="LinuxException">Not permitted, or the kernel has no permission events.</exception>
    public void Watch(Descriptor mount) =>
        Errno.Check(group.Watch(FAN_MARK_FILESYSTEM, FAN_OPEN_PERM, $"/proc/self/fd/{mount.Number}"), "fanotify_mark");

    /// <summary>Waits for opens and passes each to a judge.</summary>
    /// <param name="judge">Gets the opened file and the task that opens it.</param>
    /// <returns>False once <see cref="Stop"/> was called and no task waits any more.</returns>
    public bool Serve(Func<Descriptor, int, FanotifyAnswer> judge) => group.Serve((file, task, _) =>
    {
        FanotifyAnswer answer = judge(file, task);
        if (answer != FanotifyAnswer.Later) Allow(file);
        if (answer == FanotifyAnswer.Release) file.Dispose();
    });

    /// <summary>Lets the task go on that waits for a file answered with <see cref="FanotifyAnswer.Later"/>.</summary>
    public void Allow(Descriptor file) => group.Answer(file, FAN_ALLOW);

    /// <summary>Ends the wait of another thread once no task waits for an answer.</summary>
    public void Stop() => group.Stop();

    /// <inheritdoc/>
    public void Dispose() => group.Dispose();
}

/// <summary>What happens to an opened file. The opener goes on in any case.</summary>
internal enum FanotifyAnswer
{
    /// <summary>The opener goes on, the file is closed here.</summary>
    Release,

    /// <summary>The opener goes on, the judge has kept the file.</summary>
    Keep,

    /// <summary>The judge has kept the file and will let the opener go on with <see cref="FanotifyOpens.Allow"/>.</summary>
    Later,
}
