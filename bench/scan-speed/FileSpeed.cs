using Lethe.Scanning.Opening;
using Lethe.Scanning.Search;

namespace Lethe.Bench.ScanSpeed;

/// <summary>From opening a file in memory (tmpfs) to the result, against nothing but reading it; and two threads against one.</summary>
internal static class FileSpeed
{
    private const int Jobs = 2;

    public static void Measure(Image image, Measurement measurement)
    {
        (byte[][] needles, int planted) = image.Plant(16, seed: 16);
        NeedleDetector detector = Needles.Detector(needles);
        using var file = new ImageFile(image);
        Measurement.Heading("16 needles, end to end", "the same file read with pread");
        measurement.Row(
            "reading and summing each block, what no search can pass",
            image.Length,
            () => Read(file.Path),
            () => Read(file.Path, andSum: true)
        );
        measurement.Row(
            "file in tmpfs, 1 job",
            image.Length,
            () => Read(file.Path),
            () => $"{Needles.Scan(detector, SourceOpener.Open(file.Path))} / {planted}"
        );

        Measurement.Heading("Two jobs, time of the clock", "one job");
        foreach (int count in new[] { 256, 4096 })
        {
            NeedleDetector several = Needles.Detector(image.Plant(count, seed: count).Needles);
            measurement.Row(
                $"{count} needles, mapped memory",
                image.Length,
                () => Needles.Scan(several, new ImageSource(image)),
                () => Needles.Scan(several, new ImageSource(image), Jobs),
                ofClock: true
            );
        }

        measurement.Row("reading alone", image.Length, () => Reading.Sum(image), () => InHalves(image), ofClock: true);
    }

    /// <summary>The file with pread, and nothing else but a sum.</summary>
    public static string Read(string path, bool andSum = false)
    {
        const int Block = 256 * 1024;
        byte[] buffer = GC.AllocateUninitializedArray<byte>(Block, pinned: true);
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path);
        for (long at = 0; RandomAccess.Read(handle, buffer, at) is > 0 and int got; at += got)
        {
            if (andSum) Reading.Sum(buffer.AsSpan(0, got));
        }

        return "";
    }

    /// <summary>What a second core adds when there is nothing but reading to do.</summary>
    private static string InHalves(Image image)
    {
        var other = new Thread(() => Reading.Sum(image, image.Length / 2, image.Length));
        other.Start();
        Reading.Sum(image, 0, image.Length / 2);
        other.Join();
        return "";
    }
}
