namespace Lethe.Evidence.Audit;

/// <summary>All that one rule says in one state, of whatever hosts and subjects, as people read it.</summary>
/// <param name="Rule"><c>medium/name</c>.</param>
/// <param name="State">Closed, open or unknown.</param>
/// <param name="Severity">How much it weighs when it is open.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Routes">The routes of <c>lethe prove</c> that show it.</param>
/// <param name="References">What standards and other tools call it.</param>
/// <param name="Cases">What it says, each sentence once.</param>
/// <param name="Repairs">What to do, each instruction once.</param>
internal sealed record FindingGroup(
    string Rule, Posture State, Severity Severity, string Why, IReadOnlyList<string> Routes, IReadOnlyList<string> References,
    IReadOnlyList<FindingCase> Cases, IReadOnlyList<string> Repairs)
{
    /// <summary>
    /// Groups a report's findings: open before unknown before closed, in these the most severe first, else in the order of the matrix.
    /// </summary>
    public static IReadOnlyList<FindingGroup> Of(AuditReport report) =>
    [
        .. report.Findings.GroupBy(finding => (finding.Rule, finding.State)).Select(Group)
            .OrderBy(group => AuditText.Order(group.State)).ThenByDescending(group => group.Severity),
    ];

    private static FindingGroup Group(IEnumerable<Finding> findings)
    {
        Finding first = findings.First();
        return new FindingGroup(
            first.Rule, first.State, findings.Max(finding => finding.Severity), first.Why, first.Routes, first.References,
            [
                .. findings
                    .GroupBy(finding => finding.Summary)
                    .Select(same => new FindingCase(same.Key, [.. same.GroupBy(finding => finding.Subject).Select(Place)])),
            ],
            [.. findings.SelectMany(finding => finding.Repair?.Split('\n') ?? []).Distinct()]);
    }

    private static FindingPlace Place(IGrouping<string?, Finding> findings) =>
        new(findings.Key, [.. findings.Select(finding => finding.Host).Distinct()], findings.First().Evidence);
}

/// <summary>One sentence, and where it holds.</summary>
/// <param name="Summary">The sentence; may quote what is untrusted.</param>
/// <param name="Places">Where.</param>
internal sealed record FindingCase(string Summary, IReadOnlyList<FindingPlace> Places);

/// <summary>A subject of one or more hosts.</summary>
/// <param name="Subject">The subject; null where a host has only one. Untrusted.</param>
/// <param name="Hosts">The hosts; untrusted.</param>
/// <param name="Evidence">What it rests on, of the first of them; untrusted.</param>
internal sealed record FindingPlace(string? Subject, IReadOnlyList<string> Hosts, IReadOnlyList<Citation> Evidence);
