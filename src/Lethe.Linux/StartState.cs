using System.Globalization;

namespace Lethe.Linux;

/// <summary>A limit on a resource (getrlimit(2)).</summary>
/// <param name="Resource">One of the RLIMIT_ numbers of sys/resource.h.</param>
/// <param name="Soft">The limit in effect; <see cref="ulong.MaxValue"/> when there is none.</param>
/// <param name="Hard">How far it may be raised.</param>
internal readonly record struct ResourceLimit(int Resource, ulong Soft, ulong Hard);

/// <summary>
/// The state that this process was started with and changed before its first managed line ran. A child that is to find everything as it
/// was gets it back. Native/main.c records it in an environment variable. A program that starts without main.c has changed nothing.
/// </summary>
internal sealed class StartState
{
    private const string Variable = "LETHE_STARTED_WITH";
    private const int SIGPIPE = 13, SIGXFSZ = 25;

    private StartState(IReadOnlyList<ResourceLimit> limits, IReadOnlyList<int> defaultSignals) =>
        (Limits, DefaultSignals) = (limits, defaultSignals);

    /// <summary>The state that this process was started with.</summary>
    public static StartState Current { get; } = Parse(Environment.GetEnvironmentVariable(Variable) ?? "");

    /// <summary>The limits that were raised, with their original values.</summary>
    public IReadOnlyList<ResourceLimit> Limits { get; }

    /// <summary>Signals that this process ignores and that its caller did not ignore.</summary>
    public IReadOnlyList<int> DefaultSignals { get; }

    /// <summary>Gives another process the limits that this one was started with.</summary>
    public void RestoreLimits(int process)
    {
        foreach (ResourceLimit limit in Limits) TaskCalls.TrySetLimit(process, limit);
    }

    /// <summary>
    /// Reads <c>resource:soft:hard,...,pipe:size</c>. The last two are 1 where SIGPIPE and SIGXFSZ were ignored. Entries of another form
    /// are skipped.
    /// </summary>
    internal static StartState Parse(string text)
    {
        string[] entries = text.Split(',');
        var limits = new List<ResourceLimit>();
        foreach (string entry in entries.SkipLast(1))
        {
            ulong[] numbers =
            [
                .. entry.Split(':').Select(number => ulong.TryParse(number, CultureInfo.InvariantCulture, out ulong value) ? value : 0),
            ];
            if (numbers is [<= int.MaxValue and var resource, var soft, var hard]) limits.Add(new((int)resource, soft, hard));
        }

        // .NET ignores SIGPIPE in every program.
        string[] ignored = entries[^1].Split(':');
        List<int> defaults = ignored[0] == "1" ? [] : [SIGPIPE];
        if (ignored is [_, "0"]) defaults.Add(SIGXFSZ);
        return new(limits, defaults);
    }
}
