using Lethe.Scanning.Kernel;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Reporting;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Bench.ScanSpeed;

/// <summary>
/// What it costs to say what the pages of hits are and whose, and to draw the map of all pages, in the memory image of a guest.
/// </summary>
internal static class AttributionSpeed
{
    /// <summary>Names the image, as <c>lethe prove --route anonymous-memory/exit --keep DIR</c> leaves it in DIR.</summary>
    private const string Variable = "LETHE_BENCH_GUEST_MEMORY";

    public static void Measure(Image image, Measurement measurement)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } path)
        {
            Console.WriteLine($"\nAttribution is not measured: {Variable} names no image.");
            return;
        }

        long bytes = new FileInfo(path).Length;
        Measurement.Heading($"Attribution, image of a guest of {bytes >> 20} MiB, 1 job", "the scan alone");
        foreach (string text in (string[])["sixteen bytes that are nowhere", "swapper/", "root", "init"])
        {
            IDetector[] detectors = [new NeedleDetector([.. NeedleForms.Text(text)])];
            measurement.Row(
                $"states and owners, \"{text}\"",
                bytes,
                () => Scan(path, detectors),
                () => Attribute(path, detectors, withMaps: false)
            );
            measurement.Row(
                $"and the map, \"{text}\"",
                bytes,
                () => Scan(path, detectors),
                () => Attribute(path, detectors, withMaps: true)
            );
        }
    }

    private static void Scan(string path, IDetector[] detectors)
    {
        using Source source = SourceOpener.Open(path);
        new Scanner(detectors, new ScanOptions { Jobs = 1 }).Scan(source);
    }

    private static string Attribute(string path, IDetector[] detectors, bool withMaps)
    {
        using Source source = SourceOpener.Open(path);
        ScanResult result = new Scanner(detectors, new ScanOptions { Jobs = 1 }).Scan(source);
        ImagePages pages = ImageAttribution.Of(source, result, out string? unknown) ?? throw new InvalidOperationException(unknown);
        var reporting = new ScanReporting(DateTimeOffset.UnixEpoch, "", withMaps);
        reporting.Add(new SourceFindings(source, result, 0, pages, pages.Release, null));
        return $"{reporting.Finish(0).Hits.Count} hits";
    }
}
