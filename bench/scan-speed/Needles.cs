using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Bench.ScanSpeed;

/// <summary>Needles as detectors and files want them.</summary>
internal static class Needles
{
    public static NeedleDetector Detector(byte[][] needles) =>
        new([.. needles.Select((bytes, index) => new Needle("text", $"{index}", bytes))]);

    /// <summary>So many of 32 random bytes.</summary>
    public static byte[][] Binary(int count)
    {
        var random = new Random(3);
        byte[][] needles = [.. Enumerable.Range(0, count).Select(_ => new byte[32])];
        foreach (byte[] needle in needles) random.NextBytes(needle);
        return needles;
    }

    /// <summary>So many of 32 signs that are seldom side by side.</summary>
    public static byte[][] Strange(int count)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, count).Select(_ => random.GetItems("`~^|@#"u8, 32))];
    }

    /// <returns>How many matches there are.</returns>
    public static string Scan(IDetector detector, Source source, int jobs = 1)
    {
        using (source) return $"{new Scanner([detector], new ScanOptions { Jobs = jobs }).Scan(source).Matches}";
    }
}
