namespace Lethe.Bench.ScanSpeed;

/// <summary>
/// Measures the speeds that are promised of <c>lethe scan</c>, each against the same bytes read, or decompressed, right before in the same
/// run. Arguments: MiB of the image, rounds, names of what to measure.
/// </summary>
internal static class Program
{
    private static readonly Dictionary<string, Action<Image, Measurement>> Sections = new()
    {
        ["needles"] = NeedleSpeed.Measure,
        ["secrets"] = SecretSpeed.Measure,
        ["files"] = FileSpeed.Measure,
        ["living"] = LiveSpeed.Measure,
        ["compressed"] = CompressedSpeed.Measure,
        ["memory"] = PeakMemory.Measure,
        ["attribution"] = AttributionSpeed.Measure,
        ["peers"] = Peers.Measure,
    };

    private static int Main(string[] arguments)
    {
        if (arguments is [PeakMemory.Command, var source, var needles])
        {
            PeakMemory.Scan(source, int.Parse(needles));
            return 0;
        }

        if (arguments is [LiveSpeed.Command, var length])
        {
            LiveSpeed.Hold(long.Parse(length));
            return 0;
        }

        long mebibytes = arguments.Length > 0 ? long.Parse(arguments[0]) : 1024;
        int rounds = arguments.Length > 1 ? int.Parse(arguments[1]) : 9;
        using var image = new Image(mebibytes << 20);
        var measurement = new Measurement(rounds);
        Console.WriteLine($"{mebibytes} MiB, {rounds} rounds, read with {Reading.Width}-bit sums; time is the processor's unless noted");
        foreach (string name in arguments.Length > 2 ? arguments[2..] : [.. Sections.Keys])
            Sections[name](image, measurement);
        return 0;
    }
}
