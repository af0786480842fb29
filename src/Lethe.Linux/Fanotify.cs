using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>
/// Asks this process before any file of a file system is opened (fanotify(7), FAN_OPEN_PERM). Needs CAP_SYS_ADMIN.
/// When this object, or the process, goes away, the kernel lets all through that wait.
/// </summary>
[CHeader("linux/fanotify.h")]
public sealed unsafe partial class Fanotify : IDisposable
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

    // Size of struct fanotify_event_metadata.
    internal const int EventSize = 24;
    private const int BufferSize = 4096;

    private readonly Descriptor group, stopped, stop;
    private readonly MemoryRange buffer = MemoryRange.Anonymous(BufferSize);

    [LibraryImport("libc", EntryPoint = "fanotify_init", SetLastError = true)]
    private static partial int Init(uint flags, uint eventFlags);

    [LibraryImport("libc", EntryPoint = "fanotify_mark", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mark(int group, uint flags, ulong mask, int directory, string? path);

    /// <summary>Makes the group; files come opened for reading.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public Fanotify()
    {
        const uint Flags = FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS | FAN_REPORT_TID;
        (stopped, stop) = Descriptor.Pipe();
        group = new Descriptor(Errno.Check(Init(Flags, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_LARGEFILE), "fanotify_init"));
    }

    /// <summary>Watches the whole file system that a mount shows.</summary>
    /// <param name="mount">A descriptor on it.</param>
    /// <exception cref="LinuxException">Not permitted, or the kernel has no permission events.</exception>
    public void Watch(Descriptor mount) =>
        Errno.Check(Mark(group.Number, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN_PERM, -100, $"/proc/self/fd/{mount.Number}"), "fanotify_mark");

    /// <summary>Waits for opens and hands each to a judge.</summary>
    /// <param name="judge">Gets the opened file and the task that opens it.</param>
    public void Serve(Func<Descriptor, int, OpenAnswer> judge)
    {
        DescriptorWait* waits = stackalloc DescriptorWait[2];
        waits[0] = new DescriptorWait { Descriptor = group.Number, Wanted = DescriptorWait.Readable };
        waits[1] = new DescriptorWait { Descriptor = stopped.Number, Wanted = DescriptorWait.Readable };
        if (DescriptorWait.Any(waits, 2, -1) <= 0 || (waits[0].Happened & DescriptorWait.Readable) == 0) return;
        nint got = FileCalls.Read(group.Number, buffer.Start, BufferSize);
        for (nint at = 0; at + EventSize <= got;)
        {
            // struct fanotify_event_metadata: length, version, reserved, metadata length, mask, descriptor, task.
            byte* start = buffer.Start + at;
            at += (nint)(*(uint*)start);
            int number = *(int*)(start + 16);
            if (number < 0) continue;
            var file = new Descriptor(number);
            OpenAnswer answer = judge(file, *(int*)(start + 20));
            if (answer != OpenAnswer.Later) Allow(file);
            if (answer == OpenAnswer.Release) file.Dispose();
        }
    }

    /// <summary>Lets go on who waits for a file that was to be answered later.</summary>
    public void Allow(Descriptor file)
    {
        // struct fanotify_response: descriptor, response.
        ulong response = (uint)file.Number | (ulong)FAN_ALLOW << 32;
        _ = FileCalls.Write(group.Number, &response, sizeof(ulong));
    }

    /// <summary>Ends a wait of another thread, and every later one.</summary>
    public void Stop() => stop.WriteAll([0]);

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Dispose();
        stopped.Dispose();
        group.Dispose();
        buffer.Dispose();
    }
}

/// <summary>What becomes of an opened file; the opener goes on in any case.</summary>
public enum OpenAnswer
{
    /// <summary>The opener goes on, the file is closed here.</summary>
    Release,

    /// <summary>The opener goes on, the judge has kept the file.</summary>
    Keep,

    /// <summary>The judge has kept the file and will let the opener go on with <see cref="Fanotify.Allow"/>.</summary>
    Later,
}
