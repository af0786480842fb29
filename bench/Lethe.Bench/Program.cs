using System.Diagnostics;
using Lethe.Canaries;
using Lethe.Linux;
using Lethe.Scanning.Canaries;

namespace Lethe.Bench;

/// <summary>
/// Measures the laboratory's search against reading the same bytes, in one run, alternating, medians of seven.
/// </summary>
internal static class Program
{
    private const long Size = 512L << 20;
    private const int Rounds = 7;

    private static unsafe int Main()
    {
        using var memory = new MemoryFile("bench", Size);
        // A third random, a third text, a third zero, like a machine's memory.
        var random = new Random(1);
        random.NextBytes(new Span<byte>(memory.Start, (int)(Size / 3)));
        new Span<byte>(memory.Start + Size / 3, (int)(Size / 3)).Fill((byte)'e');
        using MemoryFile known = memory.Clone("known");
        var image = new MemoryFileImage(memory);
        var binary = new Canary(0x8123456789abcdef, CanaryForm.Binary);
        var text = new Canary(0x8123456789abcdef, CanaryForm.Text);
        double read = Measure(() => Sum(memory)), clone = Measure(() => memory.Clone("copy").Dispose());
        Print("read (sum of 64-bit words)", read, read);
        Print("search, binary canary", Measure(() => image.Search(binary, 8 << 20)), read);
        Print("search, text canary", Measure(() => image.Search(text, 8 << 20)), read);
        Print("search, nothing changed", Measure(() => image.Search(binary, 8 << 20, known)), read);
        Print("clone without zero pages", clone, read);
        return 0;
    }

    private static unsafe void Sum(MemoryFile memory)
    {
        ulong sum = 0;
        foreach (ulong word in new ReadOnlySpan<ulong>(memory.Start, (int)(Size / sizeof(ulong)))) sum += word;
        GC.KeepAlive(sum);
    }

    /// <returns>Seconds, the median of the rounds.</returns>
    private static double Measure(Action action)
    {
        action();
        double[] times = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            action();
            times[round] = clock.Elapsed.TotalSeconds;
        }

        Array.Sort(times);
        return times[Rounds / 2];
    }

    private static void Print(string what, double seconds, double read) =>
        Console.WriteLine($"{what,-30} {Size / seconds / 1e9,6:0.00} GB/s  {read / seconds,5:0.00} of reading");
}
