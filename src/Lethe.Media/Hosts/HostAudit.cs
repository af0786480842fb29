using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;
using Lethe.Media.Matrix;

namespace Lethe.Media.Hosts;

/// <summary>Judges one host: every rule, then every medium.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Media">The posture of each medium for which the profile has a rule.</param>
/// <param name="Findings">All judgements, in the order of the rules.</param>
/// <param name="Repairs">What would close the open findings, each repair once.</param>
public sealed record HostAudit(
    string Host,
    IReadOnlyList<MediumPosture> Media,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<Repair> Repairs
)
{
    /// <summary>Judges facts.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="profile">Says which rules count, and how severe their findings are.</param>
    public static HostAudit Of(HostFacts facts, Profile profile)
    {
        var findings = new List<Finding>();
        var repairs = new List<Repair>();
        foreach ((Medium medium, Rule rule) in MediaMatrix.Rules)
        {
            if (!profile.Judges(rule.Id)) continue;
            foreach (Judgement judgement in rule.Judge(facts))
            {
                // With single files, all other facts are missing, and nobody asked for them.
                if (facts.Scope == FactScope.Files && judgement.State == Posture.Unknown && judgement.Evidence.Count == 0) continue;
                findings.Add(FindingOf(facts.Host, medium, rule, judgement, profile.SeverityOf(rule)));
                if (judgement.State == Posture.Open) repairs.AddRange(judgement.Repairs);
            }
        }

        HashSet<string> judged = [.. profile.Rules.SelectMany(rule => rule.AlsoMedia.Prepend(rule.Medium))];
        IEnumerable<Medium> asked = MediaMatrix
            .Rows.Where(row => row.IsFilled(MatrixColumn.Audit) && judged.Contains(row.Medium.Name))
            .Select(row => row.Medium);
        MediumPosture[] media = [.. asked.Select(medium => PostureOf(facts, medium, findings)).OfType<MediumPosture>()];
        return new HostAudit(facts.Host, media, findings, [.. repairs.Distinct()]);
    }

    private static Finding FindingOf(string host, Medium medium, Rule rule, Judgement judgement, Severity severity) => new(
        host,
        rule.Id,
        medium.Name,
        judgement.State,
        severity,
        judgement.Subject,
        judgement.Summary,
        judgement.Evidence,
        rule.Why,
        rule.Routes,
        judgement.State == Posture.Open && judgement.Repairs.Count > 0
            ? string.Join('\n', judgement.Repairs.Select(repair => repair.Instruction))
            : null,
        rule.References,
        [.. rule.AlsoMedia.Select(also => also.Name)]);

    // Open beats unknown, and unknown beats closed. A medium without a judgement is unknown; with single files it is left out.
    private static MediumPosture? PostureOf(HostFacts facts, Medium medium, List<Finding> findings)
    {
        Finding[] about = [.. findings.Where(finding => finding.Medium == medium.Name || finding.AlsoMedia.Contains(medium.Name))];
        Finding[] open = [.. about.Where(finding => finding.State == Posture.Open && finding.Severity > Severity.Low)];
        Finding[] unknown = [.. about.Where(finding => finding.State == Posture.Unknown && finding.Severity > Severity.Low)];
        if (about.Length == 0)
            return facts.Scope == FactScope.Files ? null : new MediumPosture(facts.Host, medium.Name, medium.Title, Posture.Unknown, []);
        (Posture state, Finding[] because) =
            open.Length > 0 ? (Posture.Open, open)
            : unknown.Length > 0 ? (Posture.Unknown, unknown)
            : (Posture.Closed, about);
        return new MediumPosture(facts.Host, medium.Name, medium.Title, state, [.. because.Select(finding => finding.Rule).Distinct()]);
    }
}
