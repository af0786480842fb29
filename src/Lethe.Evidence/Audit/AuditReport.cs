namespace Lethe.Evidence.Audit;

/// <summary>What an audit says of one or many hosts.</summary>
/// <param name="Version">Lethe's own.</param>
/// <param name="Began">When.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Profile">The profile's name; null without one.</param>
/// <param name="Hosts">The hosts, or sets of files, in the order given; no two of one name.</param>
/// <param name="Media">A row for each medium of each host.</param>
/// <param name="Rules">The rules that were judged.</param>
/// <param name="Findings">Every judgement, closed ones too.</param>
/// <param name="Problems">What could not be read at all, so that the audit is incomplete.</param>
public sealed record AuditReport(
    string Version,
    DateTimeOffset Began,
    long DurationMs,
    string? Profile,
    IReadOnlyList<string> Hosts,
    IReadOnlyList<MediumPosture> Media,
    IReadOnlyList<AuditedRule> Rules,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<AuditProblem> Problems)
{
    /// <summary>Whether something is unknown or missing, or nothing was judged at all.</summary>
    public bool IsIncomplete => Problems.Count > 0 || Media.Count == 0 || Media.Any(medium => medium.State == Posture.Unknown);
}

/// <summary>Something that could not be judged.</summary>
/// <param name="Source">The file or host; untrusted.</param>
/// <param name="Text">What and why, in one sentence that names the source.</param>
public sealed record AuditProblem(string Source, string Text);
