using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Waiting until a descriptor is ready (struct pollfd of poll(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe partial struct DescriptorWait
{
    /// <summary>There is something to read.</summary>
    public const short Readable = 1;

    /// <summary>The descriptor's number.</summary>
    public int Descriptor;

    /// <summary>What is waited for.</summary>
    public short Wanted;

    /// <summary>What happened.</summary>
    public short Happened;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(DescriptorWait* waits, nuint count, int milliseconds);

    /// <summary>Waits for any of them.</summary>
    /// <param name="waits">What to wait for.</param>
    /// <param name="count">How many.</param>
    /// <param name="milliseconds">How long at most; -1 is for ever.</param>
    /// <returns>How many are ready; negative when a signal came in.</returns>
    // SAFETY: the caller has as many structures there as it says, until the call returns. The kernel writes only what happened into each.
    public static int Any(DescriptorWait* waits, int count, int milliseconds) => Poll(waits, (nuint)count, milliseconds);
}
