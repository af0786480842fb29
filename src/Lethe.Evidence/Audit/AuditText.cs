using System.Globalization;

namespace Lethe.Evidence.Audit;

/// <summary>What an audit found, in words for people. What it returns is safe to show.</summary>
internal static class AuditText
{
    private const int MostRoutes = 3, MostHosts = 3;

    /// <summary>Where a state comes in a list: what has to be repaired first, then what has to be found out.</summary>
    public static int Order(Posture state) => state switch { Posture.Open => 0, Posture.Unknown => 1, _ => 2 };

    /// <summary>The word for a state.</summary>
    public static string Word(Posture state) => state switch { Posture.Closed => "closed", Posture.Open => "open", _ => "unknown" };

    /// <summary>The word for a severity.</summary>
    public static string Word(Severity severity) => severity switch { Severity.High => "high", Severity.Medium => "medium", _ => "low" };

    /// <summary>A state's sign and word, so that nobody needs colours to tell them apart.</summary>
    public static string Mark(Posture state)
    {
        char sign = state switch { Posture.Closed => '✓', Posture.Open => '✗', _ => '?' };
        return $"{sign} {Word(state)}";
    }

    /// <summary>A piece of evidence: <c>source:line: text</c>.</summary>
    public static string Evidence(Citation line) =>
        $"{Printable.Of(line.Source)}{(line.Line is { } number ? $":{number}" : "")}: {Printable.Of(line.Text)}";

    /// <summary>The command that shows a finding in a machine; null when no route does.</summary>
    public static string? Proof(IReadOnlyList<string> routes)
    {
        if (routes.Count == 0) return null;
        string options = string.Join(' ', routes.Take(MostRoutes).Select(route => $"--route {Printable.Of(route)}"));
        string more = routes.Count > MostRoutes ? $" (and {routes.Count - MostRoutes} more)" : "";
        return $"lethe prove {options}{more}";
    }

    /// <summary>The subject and the hosts of a finding; null when there is nothing to tell apart.</summary>
    /// <param name="place">Where it holds.</param>
    /// <param name="hosts">How many hosts were judged.</param>
    /// <param name="most">How many hosts are named at most.</param>
    public static string? Place(FindingPlace place, int hosts, int most = MostHosts)
    {
        string? on =
            hosts < 2 ? null
            : place.Hosts.Count <= most || place.Hosts.Count == 1 ? string.Join(", ", place.Hosts.Select(Printable.Of))
            : $"{string.Join(", ", place.Hosts.Take(most).Select(Printable.Of))} and {Number(place.Hosts.Count - most)} more hosts";
        return (place.Subject, on) switch
        {
            (null, null) => null,
            ({ } subject, null) => Printable.Of(subject),
            (null, _) => $"on {on}",
            ({ } subject, _) => $"{Printable.Of(subject)} on {on}",
        };
    }

    /// <summary>The verdict in a few words.</summary>
    public static string Headline(AuditReport report)
    {
        int open = report.Media.Count(row => row.State == Posture.Open), unknown = report.Media.Count(row => row.State == Posture.Unknown);
        string hosts = report.Hosts.Count < 2 ? "" : $" of {Number(report.Hosts.Count)} hosts";
        string missing = report.Problems.Count == 0 ? "" : $"; {Count(report.Problems.Count, "file", "files")} could not be judged";
        return report.Media.Count == 0 ? $"nothing was judged{missing}"
            : $"{Count(report.Media.Count, "medium", "media")}{hosts}: {Number(report.Media.Count - open - unknown)} closed, "
                + $"{Number(open)} open, {Number(unknown)} unknown{missing}";
    }

    /// <summary>What to do next; null when all is well.</summary>
    /// <param name="report">The report.</param>
    /// <param name="rootWouldKnow">Whether this host was judged by somebody who may not read all of it.</param>
    public static string? Next(AuditReport report, bool rootWouldKnow)
    {
        int open = report.Findings.Count(finding => finding.State == Posture.Open);
        string[] steps =
        [
            .. open > 0 ? ["close what is open, most severe first (lethe audit --fix DIR writes the repairs)"] : (string[])[],
            .. !report.IsIncomplete ? []
            : rootWouldKnow ? ["run as root, to know what is unknown"]
            : (string[])["give what the unknown ones need"],
        ];
        return steps.Length == 0 ? null : string.Join("; ", steps);
    }

    /// <summary>A number of things, for example <c>1 finding</c> or <c>2,500 findings</c>.</summary>
    public static string Count(int number, string one, string many) => $"{Number(number)} {(number == 1 ? one : many)}";

    /// <summary>A number with separators.</summary>
    public static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
