namespace Lethe.Evidence.Audit;

/// <summary>Findings line by line, each group under a heading, with what it rests on and what to do. Lines are safe to show.</summary>
internal static class AuditLines
{
    private const int MostPlaces = 20, MostEvidence = 5, MostCases = 20, MostRepairs = 10, Label = 8;

    /// <summary>The lines of all groups of a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="closed">Whether closed ones are told as well.</param>
    public static IEnumerable<AuditLine> Of(AuditReport report, bool closed) =>
        FindingGroup.Of(report).Where(group => closed || group.State != Posture.Closed).SelectMany(group => Of(group, report.Hosts.Count));

    private static IEnumerable<AuditLine> Of(FindingGroup group, int hosts)
    {
        yield return new AuditLine(0, "");
        yield return new AuditLine(
            0,
            $"{AuditText.Mark(group.State)}{(group.State == Posture.Closed ? "" : $", {AuditText.Word(group.Severity)}")}: "
                + $"{Printable.Of(group.Rule)}",
            group.State
        );
        foreach (FindingCase sentence in group.Cases.Take(MostCases))
            foreach (AuditLine line in Of(sentence, hosts)) yield return line;
        if (group.Cases.Count > MostCases) yield return More(2, group.Cases.Count - MostCases);
        if (group.State == Posture.Closed) yield break;
        yield return new AuditLine(2, $"why     {Printable.Of(group.Why)}", Hanging: Label);
        if (AuditText.Proof(group.Routes) is { } proof) yield return new AuditLine(2, $"proof   {proof}", Hanging: Label);
        foreach (string repair in group.Repairs.Take(MostRepairs))
            yield return new AuditLine(2, $"repair  {Printable.Of(repair)}", Hanging: Label);
        if (group.Repairs.Count > MostRepairs) yield return More(2 + Label, group.Repairs.Count - MostRepairs);
    }

    private static IEnumerable<AuditLine> Of(FindingCase sentence, int hosts)
    {
        yield return new AuditLine(2, Printable.Of(sentence.Summary));
        foreach (FindingPlace place in sentence.Places.Take(MostPlaces))
        {
            string? where = AuditText.Place(place, hosts);
            if (where is not null) yield return new AuditLine(4, where);
            foreach (Citation line in place.Evidence.Take(MostEvidence))
                yield return new AuditLine(where is null ? 4 : 6, AuditText.Evidence(line));
            if (place.Evidence.Count > MostEvidence) yield return More(where is null ? 4 : 6, place.Evidence.Count - MostEvidence);
        }

        if (sentence.Places.Count > MostPlaces) yield return More(4, sentence.Places.Count - MostPlaces);
    }

    private static AuditLine More(int indent, int count) => new(indent, $"and {AuditText.Number(count)} more; --report FILE.json has them");
}
