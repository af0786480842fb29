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
            NeedleDetector detector = Needles.Detector(needles);
            measurement.Row(
                $"{count}: detector alone",
                image.Length,
                () => Reading.Sum(image),
                () => $"{Alone(detector, image)} / {planted}"
            );
            measurement.Row(
                $"{count}: scan, 1 job",
                image.Length,
                () => Reading.Sum(image),
                () => $"{Needles.Scan(detector, new ImageSource(image))} / {planted}"
            );
            if (count == 16)
            {
                // Words of such signs hardly occur: what is left is to read, and to see in registers that a word is of other letters.
                NeedleDetector strange = Needles.Detector(Needles.Strange(count));
                measurement.Row(
                    $"{count} of signs that hardly occur, none planted: scan, 1 job, what no such search can pass",
                    image.Length,
                    () => Reading.Sum(image),
                    () => Needles.Scan(strange, new ImageSource(image))
                );
            }

            if (count == 256)
            {
                // Of bytes that are no text, words cannot be told from the rest of memory by their letters.
                NeedleDetector binary = Needles.Detector(Needles.Binary(count));
                measurement.Row(
                    $"{count} of random bytes, none planted: scan, 1 job",
                    image.Length,
                    () => Reading.Sum(image),
                    () => Needles.Scan(binary, new ImageSource(image))
                );
            }

            if (hyperscan is null) continue;
            hyperscan.Prepare(needles);
            measurement.Row($"{count}: Hyperscan", image.Length, () => Reading.Sum(image), () => $"{hyperscan.Search(image)} / {planted}");
        }
    }

    /// <summary>Blocks as the scanner shows them, with their reach.</summary>
    private static long Alone(NeedleDetector detector, Image image)
    {
        const int Block = 128 * 1024;
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
