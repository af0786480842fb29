using Lethe.Disposal.Tracing;

namespace Lethe.Tests.Disposal.Tracing;

/// <content>What became of everything, and whether a report tells it.</content>
internal sealed partial class ModelKernel
{
    private readonly List<string> problems = [], log = [];

    public int Born { get; private set; }

    /// <summary>Executions that were told, and all there were: one that is killed before it was told is not.</summary>
    public int Executions { get; private set; }

    /// <inheritdoc cref="Executions"/>
    public int ActualExecutions { get; private set; }

    /// <summary>Births and executions that SIGKILL may have kept from being told.</summary>
    public int LostEvents { get; private set; }

    /// <summary>Of these the tracer cannot always say whether they have executed.</summary>
    public int KilledInExecve { get; private set; }

    /// <summary>Tasks that were killed in their exit stop.</summary>
    public int BrokenExits { get; private set; }

    /// <summary>Memory of the workload that was freed as it was.</summary>
    public int Unwiped { get; private set; }

    /// <summary>Wipes that began while other memory was wiped and not freed.</summary>
    public int Overlapping { get; private set; }

    public int MountNamespaces { get; private set; }

    public int CoreDumps { get; private set; }

    public int? FirstStatus { get; private set; }

    /// <summary>What happened, one line each.</summary>
    public string Story => string.Join('\n', log);

    /// <summary>What is wrong with what the tracer did, and with what it says of it.</summary>
    /// <param name="report">The tracer's report.</param>
    /// <param name="faultless">Whether nothing was short. Then nothing may be missed, unless SIGKILL ended stops before they were
    /// looked at.</param>
    public IReadOnlyList<string> Judge(TracerReport report, bool faultless)
    {
        List<string> found = [.. problems];
        Expect(Born, report.Tasks, "tasks");
        Expect(MountNamespaces, report.MountNamespaces, "mount namespaces");
        Expect(CoreDumps, report.CoreDumps, "core dumps");
        if (report.Executions < Executions || report.Executions > ActualExecutions + BrokenExits + LostEvents + KilledInExecve)
        {
            found.Add($"{ActualExecutions} executions, told are {report.Executions}");
        }

        if (report.Status != FirstStatus) found.Add($"the first process ended with {FirstStatus}, told is {report.Status}");
        long missed = report.Unopened + report.Unheld + report.Count.Unreached / PageBytes;
        if (Unwiped > missed) found.Add($"{Unwiped} memories were freed unwiped, told are {missed}");
        if (LostEvents + BrokenExits == 0 && Overlapping > report.Unordered)
        {
            found.Add($"{Overlapping} wipes overlapped, told are {report.Unordered}");
        }

        if (faultless && LostEvents + BrokenExits == 0 && (Unwiped > 0 || report.Missed is not null))
        {
            found.Add($"nothing stood in the way, but {Unwiped} memories were freed unwiped: {report.Missed}");
        }

        // What is no memory any more cannot be kept back.
        foreach (ModelMemory memory in memories.Where(memory => !memory.Freed)) found.Add($"memory {memory.Id} is never let go");
        return found;

        void Expect(int actual, int told, string what)
        {
            if (actual != told) found.Add($"{actual} {what}, told are {told}");
        }
    }

    private void Problem(string text)
    {
        Log($"PROBLEM: {text}");
        problems.Add(text);
    }

    private void Log(string line) => log.Add(line);

    // When the history is over everything ends by itself, and what is to be heard is heard.
    private IEnumerable<ModelTask?> Drain()
    {
        for (int idle = 0; idle < MostLooks / 2;)
        {
            if (tasks.Values.FirstOrDefault(task => task.Unheard) is { } unheard)
            {
                idle = 0;
                yield return unheard;
            }
            else if (!tasks.Values.ToList().Any(GoOnToTheEnd))
            {
                // Only the tracer can go on, and time.
                idle++;
                yield return null;
            }
        }
    }

    private bool GoOnToTheEnd(ModelTask task)
    {
        switch (task.Activity)
        {
            case Activity.Runs when task.New || task.Doomed: Arrive(task); return true;
            case Activity.Runs: ExitAll(task, 0); return true;
            case Activity.Listens: GoOn(task.Process); return true;
            case Activity.Enters: FailToExecute(task); return true;
            case Activity.Executes when CanExecute(task): Execute(task); return true;
            case Activity.Leaves: Die(task); return true;
            default: return false;
        }
    }
}
