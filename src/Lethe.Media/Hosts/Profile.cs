using System.IO.Enumeration;
using Lethe.Evidence.Audit;
using Lethe.Media.Auditing;
using Lethe.Media.Matrix;

namespace Lethe.Media.Hosts;

/// <summary>The rules for a kind of host: which do not matter there, and which are more or less severe.</summary>
/// <param name="Name">The profile's name, as users write it.</param>
/// <param name="About">What kind of host it is for, in a sentence.</param>
/// <param name="Off">Patterns of rules that are not judged; <c>*</c> stands for any characters.</param>
/// <param name="Severities">Patterns of rules, and how severe they are here. The last pattern that matches a rule counts.</param>
public sealed record Profile(
    string Name,
    string About,
    IReadOnlyList<string> Off,
    IReadOnlyList<(string Rules, Severity Severity)> Severities
)
{
    /// <summary>The profile that has every rule, with its own severity.</summary>
    public static Profile Everything { get; } = new("everything", "every rule, weighed as it is", [], []);

    /// <summary>Whether a rule, given as <c>medium/name</c>, is judged.</summary>
    public bool Judges(string rule) => !Off.Any(pattern => Fits(pattern, rule));

    /// <summary>How severe a rule is in this profile.</summary>
    public Severity SeverityOf(Rule rule)
    {
        foreach ((string rules, Severity severity) in Severities.Reverse())
            if (Fits(rules, rule.Id)) return severity;
        return rule.Severity;
    }

    /// <summary>The rules that are judged, with their severities in this profile.</summary>
    public IReadOnlyList<AuditedRule> Rules =>
        [
            .. MediaMatrix.Rules
                .Where(entry => Judges(entry.Rule.Id))
                .Select(entry => entry.Rule.Audited(entry.Medium, SeverityOf(entry.Rule))),
        ];

    /// <summary>Whether a pattern matches a rule.</summary>
    internal static bool Fits(string pattern, string rule) => FileSystemName.MatchesSimpleExpression(pattern, rule, ignoreCase: false);
}
