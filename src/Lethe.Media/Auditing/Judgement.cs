using Lethe.Evidence;
using Lethe.Evidence.Audit;

namespace Lethe.Media.Auditing;

/// <summary>A rule's result for one subject.</summary>
/// <param name="State">Closed, open or unknown.</param>
/// <param name="Summary">One sentence: what was found. If the state is unknown: what would be needed to know it.</param>
/// <param name="Evidence">The facts that the result rests on.</param>
public sealed record Judgement(Posture State, string Summary, IReadOnlyList<Citation> Evidence)
{
    /// <summary>The subject's name, where a host has several; untrusted.</summary>
    public string? Subject { get; init; }

    /// <summary>What would close it; empty when it is closed or nothing is known.</summary>
    public IReadOnlyList<Repair> Repairs { get; init; } = [];

    /// <summary>The judgement that nothing stays readable.</summary>
    public static Judgement Closed(string summary, params IReadOnlyList<Citation> evidence) => new(Posture.Closed, summary, evidence);

    /// <summary>The judgement that something stays readable.</summary>
    public static Judgement Open(string summary, params IReadOnlyList<Citation> evidence) => new(Posture.Open, summary, evidence);

    /// <summary>The judgement that a fact is missing, and which.</summary>
    public static Judgement Unknown(string needed, params IReadOnlyList<Citation> evidence) => new(Posture.Unknown, needed, evidence);

    /// <summary>The same judgement, with the name of its subject.</summary>
    public Judgement About(string subject) => this with { Subject = subject };

    /// <summary>The same judgement, with the repairs that would close it.</summary>
    public Judgement RepairedBy(params IReadOnlyList<Repair> repairs) => this with { Repairs = repairs };
}
