using System.Diagnostics;

namespace Lethe.Bench.ScanSpeed;

/// <summary>How long a thing takes against another that is done right before, over and over: neighbours on the machine slow both.</summary>
internal sealed class Measurement(int rounds)
{
    /// <summary>Seconds of the processor for one thread, as neighbours take some of the clock; of the clock for several.</summary>
    public static double Seconds(Action action, bool ofClock = false)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        action();
        return (ofClock ? clock.Elapsed : Environment.CpuUsage.TotalTime - processor).TotalSeconds;
    }

    /// <summary>Prints the heading of a table of rows as <see cref="Row"/> prints them.</summary>
    public static void Heading(string title, string reference) =>
        Console.WriteLine(
            $"\n{title}\n\n| what | GB/s, median (best) | of {reference}, median (least-greatest) | found |\n|---|---|---|---|"
        );

    /// <summary>Prints one row.</summary>
    /// <param name="what">Its name.</param>
    /// <param name="bytes">How many bytes are searched.</param>
    /// <param name="reference">What it is measured against.</param>
    /// <param name="search">The search; what it says it found is printed.</param>
    /// <param name="ofClock">Whether time is the clock's.</param>
    public void Row(string what, long bytes, Action reference, Func<string> search, bool ofClock = false)
    {
        reference();
        string found = search();
        List<double> ratios = [], speeds = [];
        for (int round = 0; round < rounds; round++)
        {
            double read = Seconds(reference, ofClock), searched = Seconds(() => found = search(), ofClock);
            ratios.Add(read / searched);
            speeds.Add(bytes / searched / 1e9);
        }

        ratios.Sort();
        speeds.Sort();
        Console.WriteLine(
            $"| {what} | {speeds[rounds / 2]:0.00} ({speeds[^1]:0.00}) | {ratios[rounds / 2]:0.00} ({ratios[0]:0.00}-{ratios[^1]:0.00}) | "
                + $"{found} |"
        );
    }
}
