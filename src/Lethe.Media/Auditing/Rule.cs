using Lethe.Evidence.Audit;
using Lethe.Facts;

namespace Lethe.Media.Auditing;

/// <summary>
/// One thing a host can do right or wrong. Judging is a pure function: the same facts give the same judgements. It gives one for each
/// subject (a swap area, a machine, a pod), and none when the host has no such thing and never will.
/// </summary>
/// <param name="Id"><c>medium/name</c>.</param>
/// <param name="Severity">How much it weighs when it is open.</param>
/// <param name="Title">What it asks for, in a few words.</param>
/// <param name="Why">Why it matters, in a sentence or two.</param>
/// <param name="Judge">The function.</param>
public sealed record Rule(string Id, Severity Severity, string Title, string Why, Func<HostFacts, IEnumerable<Judgement>> Judge)
{
    /// <summary>Further media whose posture it decides.</summary>
    public IReadOnlyList<Medium> AlsoMedia { get; init; } = [];

    /// <summary>The routes of <c>lethe prove</c> that show what is said.</summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>What standards and other tools call it.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The rule as reports tell of it.</summary>
    /// <param name="medium">The medium it stands under.</param>
    /// <param name="severity">How much it weighs here.</param>
    public AuditedRule Audited(Medium medium, Severity severity) =>
        new(Id, medium.Name, severity, Title, Why, [.. AlsoMedia.Select(also => also.Name)], Routes, References);
}
