using Lethe.Evidence.Audit;
using Lethe.Facts;

namespace Lethe.Media.Auditing;

/// <summary>
/// One thing a host can do right or wrong. Judging is a pure function: equal facts give equal judgements. There is one judgement for each
/// subject (a swap area, a machine, a pod). There is none when the host has no such thing and never will.
/// </summary>
/// <param name="Id"><c>medium/name</c>.</param>
/// <param name="Severity">How severe an open finding is, unless a profile changes it.</param>
/// <param name="Title">What the rule asks for, in a few words.</param>
/// <param name="Why">Why it matters, in a sentence or two.</param>
/// <param name="Judge">Judges a host's facts.</param>
public sealed record Rule(string Id, Severity Severity, string Title, string Why, Func<HostFacts, IEnumerable<Judgement>> Judge)
{
    /// <summary>Further media: the rule counts for their posture too.</summary>
    public IReadOnlyList<Medium> AlsoMedia { get; init; } = [];

    /// <summary>The routes of <c>lethe prove</c> that demonstrate what the rule is about, as <c>medium/way</c>.</summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>What standards and other tools call it.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The rule as reports show it.</summary>
    /// <param name="medium">The medium it stands under.</param>
    /// <param name="severity">How severe it is in the profile.</param>
    public AuditedRule Audited(Medium medium, Severity severity) =>
        new(Id, medium.Name, severity, Title, Why, [.. AlsoMedia.Select(also => also.Name)], Routes, References);
}
