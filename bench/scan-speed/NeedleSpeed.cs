using Lethe.Scanning.Search;

namespace Lethe.Bench.ScanSpeed;

/// <summary>Needles of 32 bytes in mapped memory, beside Hyperscan.</summary>
internal static class NeedleSpeed
{
    public static void Measure(Image image, Measurement measurement)
    {
        var hyperscan = Hyperscan.Load();
        if (hyperscan is null) Console.WriteLine("\nHyperscan is not here (apt-get install libhyperscan-dev).");
        Measurement.Heading("Needles of 32 letters and digits, mapped memory", "reading the same bytes");
        foreach (int count in new[] { 1, 16, 256, 4096 })
        {
            (byte[][] needles, int planted) = image.Plant(count, seed: count);
            var detector = new NeedleDetector([.. needles.Select((bytes, index) => new Needle("text", $"{index}", bytes))]);
            measurement.Row($"{count}: detector alone", image.Length, () => Reading.Sum(image), () => $"{Alone(detector, image)} / {planted}");
            var scanner = new Scanner([detector], new ScanOptions { Jobs = 1 });
            measurement.Row($"{count}: scan, 1 job", image.Length, () => Reading.Sum(image), () => $"{scanner.Scan(new ImageSource(image)).Matches} / {planted}");
            if (hyperscan is null) continue;
            hyperscan.Prepare(needles);
            measurement.Row($"{count}: Hyperscan", image.Length, () => Reading.Sum(image), () => $"{hyperscan.Search(image)} / {planted}");
        }
    }

    /// <summary>Blocks as the scanner shows them, with their reach.</summary>
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
}
