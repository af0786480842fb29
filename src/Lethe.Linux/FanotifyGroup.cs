using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>A queue of events about files (fanotify(7)), served by one thread. Needs CAP_SYS_ADMIN.</summary>
internal sealed unsafe partial class FanotifyGroup : IDisposable
{
    // Size of struct fanotify_event_metadata.
    internal const int EventSize = 24;
    private const int BufferSize = 64 << 10, AtCurrentDirectory = -100;

    private readonly Descriptor group, stopped, stop;
    private readonly MemoryRange buffer = MemoryRange.Anonymous(BufferSize);

    [LibraryImport("libc", EntryPoint = "fanotify_init", SetLastError = true)]
    private static partial int Init(uint flags, uint eventFlags);

    [LibraryImport("libc", EntryPoint = "fanotify_mark", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mark(int group, uint flags, ulong mask, int directory, string? path);

    /// <summary>Creates the group. Its events bring their files, opened for reading.</summary>
    /// <param name="flags">FAN_CLASS and FAN_REPORT bits.</param>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public FanotifyGroup(uint flags)
    {
        const uint Always = FanotifyOpens.FAN_CLOEXEC | FanotifyOpens.FAN_UNLIMITED_QUEUE | FanotifyOpens.FAN_UNLIMITED_MARKS;
        (stopped, stop) = Descriptor.Pipe();
        group = new Descriptor(
            Errno.Check(Init(flags | Always, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_LARGEFILE), "fanotify_init")
        );
    }

    /// <summary>Asks for events of a mount or file system.</summary>
    /// <param name="flags">FAN_MARK bits besides FAN_MARK_ADD.</param>
    /// <param name="mask">Which events.</param>
    /// <param name="path">A path on the mount or file system.</param>
    /// <returns>Less than 0 when the kernel refused; errno says why.</returns>
    public int Watch(uint flags, ulong mask, string path) =>
        Mark(group.Number, FanotifyOpens.FAN_MARK_ADD | flags, mask, AtCurrentDirectory, path);

    /// <summary>Waits for events and reports each.</summary>
    /// <param name="happened">Gets the file, which it has to close, the process or thread, and the event's bits.</param>
    /// <returns>False once <see cref="Stop"/> was called and everything before it was reported.</returns>
    public bool Serve(Action<Descriptor, int, ulong> happened)
    {
        // SAFETY: there is room for both waits. The kernel writes only whole events that the buffer can hold. Each has at least EventSize
        // bytes and its own length in it, so all fields that are read lie inside the bytes read.
        DescriptorWait* waits = stackalloc DescriptorWait[2];
        waits[0] = new DescriptorWait { Descriptor = group.Number, Wanted = DescriptorWait.Readable };
        waits[1] = new DescriptorWait { Descriptor = stopped.Number, Wanted = DescriptorWait.Readable };
        if (DescriptorWait.Any(waits, 2, -1) < 0) return true;
        if ((waits[0].Happened & DescriptorWait.Readable) == 0) return false;
        nint got = FileCalls.Read(group.Number, buffer.Start, BufferSize);
        for (nint at = 0; at + EventSize <= got;)
        {
            // struct fanotify_event_metadata: length, version, reserved, metadata length, mask at 8, descriptor at 16, task.
            byte* start = buffer.Start + at;
            at += (nint)(*(uint*)start);
            int number = *(int*)(start + 16);
            if (number >= 0) happened(new Descriptor(number), *(int*)(start + 20), *(ulong*)(start + 8));
        }

        return true;
    }

    /// <summary>Answers an event for which a task waits.</summary>
    /// <param name="file">The event's file.</param>
    /// <param name="answer">FAN_ALLOW or FAN_DENY.</param>
    public void Answer(Descriptor file, uint answer)
    {
        // struct fanotify_response: descriptor, response.
        // SAFETY: the eight bytes in this frame are struct fanotify_response.
        ulong response = (uint)file.Number | (ulong)answer << 32;
        _ = FileCalls.Write(group.Number, &response, sizeof(ulong));
    }

    /// <summary>Ends the wait of another thread once nothing is left to report.</summary>
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
