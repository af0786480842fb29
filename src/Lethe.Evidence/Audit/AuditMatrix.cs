namespace Lethe.Evidence.Audit;

/// <summary>
/// The table that comes first: media down; across the hosts, or how many of them when there are too many. Its texts are safe to show.
/// </summary>
/// <param name="Columns">The titles, the first that of the media.</param>
/// <param name="Rows">The rows.</param>
internal sealed record AuditMatrix(IReadOnlyList<string> Columns, IReadOnlyList<AuditMatrixRow> Rows)
{
    /// <summary>The table of a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="mostHosts">How many hosts have a column of their own at most.</param>
    public static AuditMatrix Of(AuditReport report, int mostHosts)
    {
        (string Medium, string Title)[] media = [.. report.Media.Select(row => (row.Medium, Printable.Of(row.Title))).Distinct()];
        ILookup<string, MediumPosture> rows = report.Media.ToLookup(row => row.Medium);
        return report.Hosts.Count == 1
                ? new(["medium", "state", "because of"], [.. media.Select(medium => Only(medium.Title, rows[medium.Medium].First()))])
            : report.Hosts.Count <= mostHosts
                ? new(
                    ["medium", .. report.Hosts.Select(Printable.Of)],
                    [.. media.Select(medium => Across(medium.Title, rows[medium.Medium], report.Hosts))]
                )
            : new(["medium", "open", "unknown", "closed"], [.. media.Select(medium => Counted(medium.Title, [.. rows[medium.Medium]]))]);
    }

    private static AuditMatrixRow Only(string title, MediumPosture row)
    {
        string because =
            row.State == Posture.Closed || row.Because.Count == 0 ? ""
            : row.Because.Count == 1 ? Printable.Of(row.Because[0])
            : $"{Printable.Of(row.Because[0])} and {row.Because.Count - 1} more";
        return new(title, [new(AuditText.Mark(row.State), row.State), new(because, null)]);
    }

    private static AuditMatrixRow Across(string title, IEnumerable<MediumPosture> rows, IReadOnlyList<string> hosts)
    {
        Dictionary<string, Posture> states = rows.ToDictionary(row => row.Host, row => row.State);
        return new(
            title,
            [
                .. hosts.Select(host =>
                    states.TryGetValue(host, out Posture state)
                        ? new AuditMatrixCell(AuditText.Mark(state), state)
                        : new AuditMatrixCell("-", null)
                ),
            ]
        );
    }

    private static AuditMatrixRow Counted(string title, IReadOnlyList<MediumPosture> rows) =>
        new(
            title,
            [
                .. ((Posture[])[Posture.Open, Posture.Unknown, Posture.Closed]).Select(state =>
                    Count(state, rows.Count(row => row.State == state))
                ),
            ]
        );

    private static AuditMatrixCell Count(Posture state, int count) => count == 0 ? new("-", null) : new(AuditText.Number(count), state);
}

/// <summary>A row of the table.</summary>
/// <param name="Title">The medium.</param>
/// <param name="Cells">The cells, beside the title.</param>
internal sealed record AuditMatrixRow(string Title, IReadOnlyList<AuditMatrixCell> Cells);

/// <summary>A cell of the table.</summary>
/// <param name="Text">What stands there.</param>
/// <param name="State">What colours it; null when nothing does.</param>
internal sealed record AuditMatrixCell(string Text, Posture? State);
