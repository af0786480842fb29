using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Lethe.Linux;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Search;

namespace Lethe.Bench.ScanSpeed;

/// <summary>
/// A living process against nothing but reading its memory, and the states of all of this machine's pages against reading the kernel's list
/// of them.
/// </summary>
internal static unsafe class LiveSpeed
{
    /// <summary>What this program is called with to be that process.</summary>
    public const string Command = "hold";

    private const int PageSize = 4096, Block = 256 * 1024;

    public static void Measure(Image image, Measurement measurement)
    {
        (byte[][] needles, int planted) = image.Plant(16, seed: 16);
        NeedleDetector detector = Needles.Detector(needles);
        using Process process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, [Command, $"{image.Length}"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        for (long at = 0; at < image.Length; at += 1 << 20) process.StandardInput.BaseStream.Write(image.Bytes(at, 1 << 20));
        process.StandardInput.BaseStream.Flush();
        ulong start = ulong.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Measurement.Heading("16 needles, living memory, 1 job", "the bare reading interface");
        measurement.Row(
            "pid, against /proc/PID/mem",
            image.Length,
            () => Read($"/proc/{process.Id}/mem", start, image.Length),
            () => $"{Needles.Scan(detector, SourceOpener.Open($"pid:{process.Id}"))} / {planted}"
        );
        process.StandardInput.Close();
        process.WaitForExit();

        long pages = SystemPages();
        Measurement.Heading(
            $"States of {pages * PageSize >> 30} GiB of pages (speed in GB of memory, processor's time)",
            "reading /proc/kpageflags"
        );
        measurement.Row(
            "live page states",
            pages * PageSize,
            () => Read("/proc/kpageflags", 0, pages * sizeof(ulong)),
            () => States(pages)
        );
    }

    /// <summary>Holds what it reads from standard input until that is closed, and says where.</summary>
    public static void Hold(long length)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)length, PageSize);
        using Stream input = Console.OpenStandardInput();
        for (long at = 0; at < length; at += 1 << 20) input.ReadExactly(new Span<byte>(memory + at, (int)Math.Min(1 << 20, length - at)));
        Console.WriteLine((ulong)memory);
        input.ReadByte();
    }

    private static void Read(string path, ulong at, long length)
    {
        byte* buffer = (byte*)NativeMemory.AlignedAlloc(Block, PageSize);
        using Descriptor file = Descriptor.Open(path, FileCalls.O_RDONLY);
        for (
            long done = 0, got;
            done < length && (got = ProcessMemory.Read(file, buffer, Math.Min(Block, length - done), at + (ulong)done)) > 0;
            done += got
        ) { }

        NativeMemory.AlignedFree(buffer);
    }

    private static string States(long pages)
    {
        using LivePages living = LivePages.Open();
        long free = 0;
        for (long frame = 0; frame < pages; frame++) free += living.StateOf(frame) == PageState.Free ? 1 : 0;
        return $"{free * PageSize >> 30} GiB free";
    }

    // Up to the last address of System RAM (/proc/iomem shows addresses to root only).
    private static long SystemPages() => File.ReadLines("/proc/iomem").Where(line => line.Contains("System RAM", StringComparison.Ordinal))
        .Max(line =>
            long.Parse(
                line.AsSpan(line.IndexOf('-') + 1, line.IndexOf(' ', line.IndexOf('-')) - line.IndexOf('-') - 1),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture
            )
        ) / PageSize;
}
