namespace Lethe.Evidence.Proof;

/// <summary>Judges a route's run from what was counted.</summary>
public static class ProofVerdict
{
    /// <summary>The part of the canary that has to be seen while the workload lives, in percent.</summary>
    public const int RequiredLivePercent = 99;

    /// <summary>The verdict, and the reason when the run is void.</summary>
    /// <param name="planted">Bytes planted.</param>
    /// <param name="baseline">Bytes found before planting.</param>
    /// <param name="live">Bytes seen while the workload lived, each counted once.</param>
    /// <param name="residue">Bytes found after the end.</param>
    /// <param name="control">Whether the route keeps its data on purpose.</param>
    public static (Verdict Verdict, string? Reason) Of(long planted, long baseline, long live, long residue, bool control)
    {
        if (baseline != 0) return (Verdict.Inconclusive, $"{ByteSize.Format(baseline)} of the canary were there before it was planted");
        if (planted <= 0) return (Verdict.Inconclusive, "nothing was planted");
        if (live * 100 < planted * RequiredLivePercent)
        {
            return (Verdict.Inconclusive,
                $"only {ByteSize.Format(live)} of {ByteSize.Format(planted)} were seen while the workload lived ({RequiredLivePercent} % are needed)");
        }

        if (control && residue * 100 < planted * RequiredLivePercent)
            return (Verdict.Inconclusive, $"this control keeps its data, but only {ByteSize.Format(residue)} of {ByteSize.Format(planted)} were found");
        return (residue == 0 ? Verdict.Clean : Verdict.Residue, null);
    }

    /// <summary>The exit code of a whole proof: residue first, then what could not be decided.</summary>
    /// <remarks>
    /// Controls keep their data on purpose and do not count as residue; a blind control counts as inconclusive. Where
    /// there is an arm under <c>lethe run</c>, the question is what that leaves: residue in the other arm is what it is
    /// compared with. What a seal refused is not undecided.
    /// </remarks>
    public static int ExitCodeOf(IReadOnlyCollection<RouteRun> runs)
    {
        Protection asked = runs.Any(run => run.Protection == Protection.Lethe) ? Protection.Lethe : Protection.None;
        if (runs.Any(run => run.Verdict == Verdict.Residue && !run.Control && run.Protection == asked)) return ExitCode.Residue;
        if (runs.Any(run => run.LostMachine)) return ExitCode.OperationalError;
        if (runs.Any(run => run.Verdict == Verdict.Inconclusive)) return ExitCode.Inconclusive;
        if (runs.Count == 0 || runs.Any(run => run is { Verdict: Verdict.Unsupported, Refused: false })) return ExitCode.Unsupported;
        return ExitCode.Clean;
    }

    /// <summary>The exit code when residue was expected and is not to count. What is incomplete still does.</summary>
    public static int ExitCodeWithoutResidue(IReadOnlyCollection<RouteRun> runs)
    {
        RouteRun[] others = [.. runs.Where(run => run.Verdict != Verdict.Residue)];
        return others.Length == 0 && runs.Count > 0 ? ExitCode.Clean : ExitCodeOf(others);
    }
}
