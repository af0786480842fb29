using System.IO.Enumeration;
using Lethe.Evidence.Audit;
using Lethe.Media.Auditing;
using Lethe.Media.Matrix;

namespace Lethe.Media.Hosts;

/// <summary>What a kind of host has to care about: rules that do not matter there, and rules that weigh more or less.</summary>
/// <param name="Name">As users write it.</param>
/// <param name="About">What kind of host, in a sentence.</param>
/// <param name="Off">Rules that are not judged; <c>*</c> stands for any characters.</param>
/// <param name="Severities">Rules (likewise) and how much they weigh here; the last that fits counts.</param>
public sealed record Profile(
    string Name,
    string About,
    IReadOnlyList<string> Off,
    IReadOnlyList<(string Rules, Severity Severity)> Severities
)
{
    /// <summary>Every rule as it is.</summary>
    public static Profile Everything { get; } = new("everything", "every rule, weighed as it is", [], []);

    /// <summary>Whether a rule counts.</summary>
    public bool Judges(string rule) => !Off.Any(pattern => Fits(pattern, rule));

    /// <summary>How much a rule weighs here.</summary>
    public Severity SeverityOf(Rule rule)
    {
        foreach ((string rules, Severity severity) in Severities.Reverse())
            if (Fits(rules, rule.Id)) return severity;
        return rule.Severity;
    }

    /// <summary>The rules that count, as they weigh here.</summary>
    public IReadOnlyList<AuditedRule> Rules =>
        [
            .. MediaMatrix.Rules
                .Where(entry => Judges(entry.Rule.Id))
                .Select(entry => entry.Rule.Audited(entry.Medium, SeverityOf(entry.Rule))),
        ];

    /// <summary>Whether a pattern means a rule.</summary>
    internal static bool Fits(string pattern, string rule) => FileSystemName.MatchesSimpleExpression(pattern, rule, ignoreCase: false);
}
