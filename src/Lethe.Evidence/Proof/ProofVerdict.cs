namespace Lethe.Evidence.Proof;

/// <summary>Judges a route's run from what was counted.</summary>
internal static class ProofVerdict
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
                $"only {ByteSize.Format(live)} of {ByteSize.Format(planted)} were seen while the workload lived ({RequiredLivePercent} % "
                    + "are needed)"
            );
        }

        if (control && residue * 100 < planted * RequiredLivePercent)
            return (
                Verdict.Inconclusive,
                $"this control keeps its data, but only {ByteSize.Format(residue)} of {ByteSize.Format(planted)} were found"
            );
        return (residue == 0 ? Verdict.Clean : Verdict.Residue, null);
    }
}
