using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>The processors a thread runs on.</summary>
internal static partial class Processors
{
    // Room for 8192 processors, the most that x86-64 kernels are built for (CONFIG_NR_CPUS).
    private const int MaskBytes = 1024;

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static unsafe partial int GetAffinity(int thread, nuint size, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static unsafe partial int SetAffinity(int thread, nuint size, byte* mask);

    /// <summary>The numbers of the processors that the calling thread may run on.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static unsafe IReadOnlyList<int> Allowed()
    {
        // SAFETY: the kernel writes at most the size passed, and the loop ends with the mask.
        byte* mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        Errno.Check(GetAffinity(0, MaskBytes, mask), "sched_getaffinity");
        var allowed = new List<int>();
        for (int processor = 0; processor < MaskBytes * 8; processor++)
        {
            if ((mask[processor / 8] >> (processor % 8) & 1) != 0) allowed.Add(processor);
        }

        return allowed;
    }

    /// <summary>Keeps the calling thread on one processor until it ends.</summary>
    /// <exception cref="LinuxException">The processor is offline or not allowed.</exception>
    public static unsafe void StayOn(int processor)
    {
        // SAFETY: the mask is as large as the size passed, and the span checks the processor's number.
        byte* mask = stackalloc byte[MaskBytes];
        var bits = new Span<byte>(mask, MaskBytes);
        bits.Clear();
        bits[processor / 8] = (byte)(1 << (processor % 8));
        Errno.Check(SetAffinity(0, MaskBytes, mask), "sched_setaffinity");
    }
}
