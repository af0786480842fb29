using System.Diagnostics;
using System.Runtime.Intrinsics;
using Lethe.Scanning.Search;

namespace Lethe.Bench.ScanSpeed;

/// <summary>
/// Measures searches for needles of 32 bytes against a sum of the same mapped bytes, right before, in the same run: medians of the ratios.
/// Time is that of the processor (one thread) or of the clock (two).
/// </summary>
internal static class Program
{
    private static ulong sink;

    private static int Main(string[] arguments)
    {
        long mebibytes = arguments.Length > 0 ? long.Parse(arguments[0]) : 1024;
        int rounds = arguments.Length > 1 ? int.Parse(arguments[1]) : 9;
        using var image = new Image(mebibytes << 20);
        var hyperscan = Hyperscan.Load();
        string width = Vector512.IsHardwareAccelerated ? "512" : "256";
        Console.WriteLine($"{mebibytes} MiB, {rounds} rounds, read with {width}-bit sums; Hyperscan {(hyperscan is null ? "is not here" : "from libhs")}");
        Console.WriteLine("| what | needles | GB/s | of reading | found / planted |\n|---|---|---|---|---|");
        foreach (int count in new[] { 1, 16, 256, 4096 })
        {
            (byte[][] needles, int planted) = image.Plant(count, seed: count);
            var detector = new NeedleDetector([.. needles.Select((bytes, index) => new Needle("text", $"{index}", bytes))]);
            Measure("lethe, detector alone", count, rounds, image, planted, () => Alone(detector, image));
            foreach (int jobs in new[] { 1, 2 })
            {
                var scanner = new Scanner([detector], new ScanOptions { Jobs = jobs });
                Measure($"lethe, scan with {jobs} job{(jobs > 1 ? "s" : "")}", count, rounds, image, planted, () => scanner.Scan(new ImageSource(image)).Matches, ofClock: jobs > 1);
            }

            if (hyperscan is null) continue;
            hyperscan.Prepare(needles);
            Measure("Hyperscan", count, rounds, image, planted, () => hyperscan.Search(image));
        }

        return 0;
    }

    private static void Measure(string what, int needles, int rounds, Image image, int planted, Func<long> search, bool ofClock = false)
    {
        long found = search();
        List<double> ratios = [], speeds = [];
        for (int round = 0; round < rounds; round++)
        {
            double read = Time(() => sink += Sum(image), ofClock), searched = Time(() => found = search(), ofClock);
            ratios.Add(read / searched);
            speeds.Add(image.Length / searched / 1e9);
        }

        ratios.Sort();
        speeds.Sort();
        Console.WriteLine($"| {what} | {needles} | {speeds[rounds / 2]:0.0} | {ratios[rounds / 2]:0.00} ({ratios[0]:0.00}-{ratios[^1]:0.00}) | {found} / {planted} |");
    }

    /// <summary>Blocks as the scanner shows them, with their reach, on one thread.</summary>
    private static long Alone(NeedleDetector detector, Image image)
    {
        const int Block = 64 * 1024;
        var found = new MatchList();
        var positions = new HashSet<(int, long)>();
        for (long at = 0; at < image.Length; at += Block)
        {
            long start = Math.Max(0, at - detector.Reach);
            detector.Search(image.Bytes(start, (int)(Math.Min(image.Length, at + Block) - start)), start, found);
            foreach (Match match in found.Matches.Where(match => match.Length == 32)) positions.Add((match.Pattern, match.Position));
            found.Clear();
        }

        return positions.Count;
    }

    private static unsafe ulong Sum(Image image)
    {
        byte* end = image.Start + image.Length;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<ulong> a = default, b = default, c = default, d = default;
            for (byte* at = image.Start; at < end; at += 256)
            {
                a += Vector512.Load((ulong*)at);
                b += Vector512.Load((ulong*)(at + 64));
                c += Vector512.Load((ulong*)(at + 128));
                d += Vector512.Load((ulong*)(at + 192));
            }

            return Vector512.Sum(a + b + c + d);
        }

        Vector256<ulong> e = default, f = default, g = default, h = default;
        for (byte* at = image.Start; at < end; at += 128)
        {
            e += Vector256.Load((ulong*)at);
            f += Vector256.Load((ulong*)(at + 32));
            g += Vector256.Load((ulong*)(at + 64));
            h += Vector256.Load((ulong*)(at + 96));
        }

        return Vector256.Sum(e + f + g + h);
    }

    /// <returns>Seconds: of the processor for one thread, as neighbours take some of it; of the clock for several.</returns>
    private static double Time(Action action, bool ofClock)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        action();
        return (ofClock ? clock.Elapsed : Environment.CpuUsage.TotalTime - processor).TotalSeconds;
    }
}
