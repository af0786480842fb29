using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>Runs work on every processor at the same time, as each has free pages and free objects of its own.</summary>
internal static class PinnedThreads
{
    /// <summary>Runs the work and adds up what it returns.</summary>
    /// <param name="work">Gets the index of its thread and the number of threads.</param>
    public static long Sum(Func<int, int, long> work)
    {
        IReadOnlyList<int> processors = Processors.Allowed();
        long[] results = new long[processors.Count];
        var failures = new Exception?[processors.Count];
        var threads = processors.Select((processor, index) => new Thread(() =>
        {
            try
            {
                Processors.StayOn(processor);
                results[index] = work(index, processors.Count);
            }
            catch (Exception failure)
            {
                failures[index] = failure;
            }
        }, 256 << 10)
        { IsBackground = true, Name = $"scrub {processor}" }).ToList();
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        return failures.FirstOrDefault(failure => failure is not null) is { } first ? throw first : results.Sum();
    }
}
