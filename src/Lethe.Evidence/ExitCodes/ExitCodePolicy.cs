using Lethe.Evidence.Audit;
using Lethe.Evidence.Certificates;
using Lethe.Evidence.Proof;
using Lethe.Evidence.Scan;

namespace Lethe.Evidence.ExitCodes;

/// <summary>What each verb returns for what it found. What fails on the way says it itself (<see cref="FailureException"/>).</summary>
public static class ExitCodePolicy
{
    /// <summary>
    /// The code of one verdict; docs/verdicts.md shows the same table. What may be left in a bounded amount is not nothing, so it counts
    /// as undecided where only clean will do.
    /// </summary>
    public static int OfVerdict(Verdict verdict) => verdict switch
    {
        Verdict.Clean or Verdict.ProvedElsewhere => ExitCode.Clean,
        Verdict.Residue => ExitCode.Residue,
        Verdict.Unsupported => ExitCode.Unsupported,
        _ => ExitCode.Inconclusive,
    };

    /// <summary>What a shell returns for a command that a signal ended.</summary>
    public static int OfSignal(int signal) => 128 + signal;

    /// <summary>
    /// <c>lethe run</c>: the command's own code, unless residue was found, or a medium is open that the plan did not name, or none may
    /// be, or a successful end could not be recorded as it was asked for.
    /// </summary>
    /// <param name="certificate">How it ended.</param>
    /// <param name="unplanned">Media that stay open although the plan did not say so.</param>
    /// <param name="requireClean">Whether no medium may stay open.</param>
    /// <param name="recorded">Whether it could be put down wherever that was asked for.</param>
    public static int OfRun(EndCertificate certificate, IReadOnlyCollection<string> unplanned, bool requireClean, bool recorded)
    {
        int own = certificate.ExitCode ?? OfSignal(certificate.Signal ?? 0);
        return OfVerdict(certificate.Worst()) switch
        {
            ExitCode.Residue => ExitCode.Residue,
            not ExitCode.Clean when requireClean => ExitCode.Inconclusive,
            _ when unplanned.Count > 0 => ExitCode.Inconclusive,
            _ when !recorded && own == ExitCode.Clean => ExitCode.OperationalError,
            _ => own,
        };
    }

    /// <summary><c>lethe prove</c>: residue first, then what could not be decided.</summary>
    /// <remarks>
    /// Controls keep their data on purpose and do not count as residue; a blind control counts as inconclusive. Where
    /// there is an arm under <c>lethe run</c>, the question is what that leaves: residue in the other arm is what it is
    /// compared with. What a seal refused is not undecided.
    /// </remarks>
    public static int OfProof(IReadOnlyCollection<RouteRun> runs)
    {
        Protection asked = runs.Any(run => run.Protection == Protection.Lethe) ? Protection.Lethe : Protection.None;
        if (runs.Any(run => run.Verdict == Verdict.Residue && !run.Control && run.Protection == asked)) return ExitCode.Residue;
        if (runs.Any(run => run.LostMachine)) return ExitCode.OperationalError;
        if (runs.Any(run => run.Verdict == Verdict.Inconclusive)) return ExitCode.Inconclusive;
        if (runs.Count == 0 || runs.Any(run => run is { Verdict: Verdict.Unsupported, Refused: false })) return ExitCode.Unsupported;
        return ExitCode.Clean;
    }

    /// <summary><c>lethe prove --exit-zero</c>: residue was expected and is not to count. What is incomplete still does.</summary>
    public static int OfProofWithoutResidue(IReadOnlyCollection<RouteRun> runs)
    {
        RouteRun[] others = [.. runs.Where(run => run.Verdict != Verdict.Residue)];
        return others.Length == 0 && runs.Count > 0 ? ExitCode.Clean : OfProof(others);
    }

    /// <summary><c>lethe audit</c>: an open finding that weighs enough, then what is unknown or missing.</summary>
    /// <param name="report">What was judged.</param>
    /// <param name="threshold">The least severity that counts; null when none does.</param>
    public static int OfAudit(AuditReport report, Severity? threshold) =>
        report.Findings.Any(finding => finding.State == Posture.Open && finding.Severity >= threshold) ? ExitCode.Residue
        : report.IsIncomplete ? ExitCode.Inconclusive
        : ExitCode.Clean;

    /// <summary><c>lethe scan</c>: what was found, then what could not be looked into.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="residueCounts">Whether what was found counts.</param>
    /// <param name="forbidden">Whether nothing at all could be opened, for want of a permission.</param>
    public static int OfScan(ScanReport report, bool residueCounts, bool forbidden) => report.Verdict() switch
    {
        Verdict.Residue when !residueCounts => report.Unread.Count > 0 ? ExitCode.Inconclusive : ExitCode.Clean,
        Verdict.Inconclusive when forbidden => ExitCode.Permission,
        var verdict => OfVerdict(verdict),
    };

    /// <summary><c>lethe scan --compare</c>: what stayed, then what could not be compared.</summary>
    /// <param name="comparison">What changed between two reports.</param>
    /// <param name="residueCounts">Whether what stayed counts.</param>
    public static int OfComparison(ScanComparison comparison, bool residueCounts) => comparison.Verdict switch
    {
        Verdict.Residue when !residueCounts => ExitCode.Clean,
        var verdict => OfVerdict(verdict),
    };

    /// <summary><c>lethe certificate verify</c>: what was changed, then what another key signed.</summary>
    /// <param name="intact">Whether every file is as it was signed.</param>
    /// <param name="onlyOtherKeys">Whether those that are not were signed by keys that are not known, and nothing else is wrong.</param>
    public static int OfVerification(bool intact, bool onlyOtherKeys) =>
        intact ? ExitCode.Clean : onlyOtherKeys ? ExitCode.Inconclusive : ExitCode.Residue;
}
