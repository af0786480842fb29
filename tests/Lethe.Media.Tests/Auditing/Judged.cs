using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing;

/// <summary>What one rule says of files that were given.</summary>
internal static class Judged
{
    /// <summary>The facts of one file, as its user calls it.</summary>
    public static HostFacts Given(string form, string text, params Fact[] others) =>
        new("test", FactScope.Files, [], [new Fact($"given:{form}/0000-file", text, Source: "file"), .. others]);

    /// <summary>A rule's judgements.</summary>
    public static IReadOnlyList<Judgement> By(string rule, HostFacts facts) =>
        [.. MediaMatrix.Rules.Single(one => one.Rule.Id == rule).Rule.Judge(facts)];

    /// <summary>The worst of a rule's judgements; null when it has none.</summary>
    public static Posture? Worst(string rule, HostFacts facts)
    {
        Posture[] states = [.. By(rule, facts).Select(judgement => judgement.State)];
        return states.Contains(Posture.Open) ? Posture.Open
            : states.Contains(Posture.Unknown) ? Posture.Unknown
            : states.Length > 0 ? Posture.Closed
            : null;
    }
}
