using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>A descriptor to wait for (struct pollfd of poll(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe partial struct DescriptorWait
{
    /// <summary>There is something to read.</summary>
    public const short Readable = 1;

    /// <summary>The descriptor's number.</summary>
    public int Descriptor;

    /// <summary>The events to wait for.</summary>
    public short Wanted;

    /// <summary>The events that happened.</summary>
    public short Happened;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(DescriptorWait* waits, nuint count, int milliseconds);

    /// <summary>Waits until any of the descriptors is ready.</summary>
    /// <param name="waits">The descriptors to wait for.</param>
    /// <param name="count">How many.</param>
    /// <param name="milliseconds">How long to wait at most; -1 is for ever.</param>
    /// <returns>How many are ready, 0 when the time is over; negative when a signal came in.</returns>
    // SAFETY: the caller keeps the counted structures there until the call returns. The kernel writes only the events that happened.
    public static int Any(DescriptorWait* waits, int count, int milliseconds) => Poll(waits, (nuint)count, milliseconds);
}
