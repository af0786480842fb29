using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Tells which files are closed through certain mounts (fanotify(7), FAN_CLOSE); nobody waits for it. Needs CAP_SYS_ADMIN.</summary>
[CHeader("linux/fanotify.h")]
public sealed unsafe partial class FileWatch : IDisposable
{
#pragma warning disable CS1591 // Names of linux/fanotify.h.
    public const uint FAN_CLASS_NOTIF = 0;
    public const uint FAN_MARK_MOUNT = 0x10;
    public const ulong FAN_CLOSE_WRITE = 8;
    public const ulong FAN_CLOSE_NOWRITE = 0x10;
#pragma warning restore CS1591

    private const int BufferSize = 64 << 10;
    private readonly Descriptor group, stopped, stop;
    private readonly MemoryRange buffer = MemoryRange.Anonymous(BufferSize);

    [LibraryImport("libc", EntryPoint = "fanotify_init", SetLastError = true)]
    private static partial int Init(uint flags, uint eventFlags);

    [LibraryImport("libc", EntryPoint = "fanotify_mark", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mark(int group, uint flags, ulong mask, int directory, string? path);

    /// <summary>Makes it; nothing is watched yet.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public FileWatch()
    {
        (stopped, stop) = Descriptor.Pipe();
        group = new Descriptor(Errno.Check(
            Init(FAN_CLASS_NOTIF | Fanotify.FAN_CLOEXEC | Fanotify.FAN_UNLIMITED_QUEUE | Fanotify.FAN_UNLIMITED_MARKS, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_LARGEFILE), "fanotify_init"));
    }

    /// <summary>Watches one mount, as a process sees it.</summary>
    /// <param name="path">A path on it, such as <c>/proc/PID/root/home</c>.</param>
    /// <returns>False when that kind of file system cannot be watched.</returns>
    public bool TryWatch(string path) =>
        Mark(group.Number, Fanotify.FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_CLOSE_WRITE | FAN_CLOSE_NOWRITE, -100, path) == 0;

    /// <summary>Waits for closes and hands each on; the file is closed again afterwards.</summary>
    /// <param name="closed">Gets the file and whether it was open for writing.</param>
    /// <returns>False once <see cref="Stop"/> was called and everything until then was handed on.</returns>
    public bool Serve(Action<Descriptor, bool> closed)
    {
        DescriptorWait* waits = stackalloc DescriptorWait[2];
        waits[0] = new DescriptorWait { Descriptor = group.Number, Wanted = DescriptorWait.Readable };
        waits[1] = new DescriptorWait { Descriptor = stopped.Number, Wanted = DescriptorWait.Readable };
        if (DescriptorWait.Any(waits, 2, -1) < 0) return true;
        if ((waits[0].Happened & DescriptorWait.Readable) == 0) return false;
        nint got = FileCalls.Read(group.Number, buffer.Start, BufferSize);
        for (nint at = 0; at + Fanotify.EventSize <= got;)
        {
            // struct fanotify_event_metadata: length, ..., mask at 8, descriptor at 16.
            byte* start = buffer.Start + at;
            at += (nint)(*(uint*)start);
            int number = *(int*)(start + 16);
            if (number < 0) continue;
            using var file = new Descriptor(number);
            closed(file, (*(ulong*)(start + 8) & FAN_CLOSE_WRITE) != 0);
        }

        return true;
    }

    /// <summary>Ends the wait of another thread when there is nothing left to hand on.</summary>
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
