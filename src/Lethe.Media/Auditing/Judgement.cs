using Lethe.Evidence;
using Lethe.Evidence.Audit;

namespace Lethe.Media.Auditing;

/// <summary>What a rule says of one subject.</summary>
/// <param name="State">Closed, open or unknown.</param>
/// <param name="Summary">One sentence: what is so; for what is unknown, what would be needed to know it.</param>
/// <param name="Evidence">The facts it rests on.</param>
public sealed record Judgement(Posture State, string Summary, IReadOnlyList<Citation> Evidence)
{
    /// <summary>What it is about when a host has several; untrusted.</summary>
    public string? Subject { get; init; }

    /// <summary>What would close it.</summary>
    public IReadOnlyList<Repair> Repairs { get; init; } = [];

    /// <summary>Nothing stays readable.</summary>
    public static Judgement Closed(string summary, params IReadOnlyList<Citation> evidence) => new(Posture.Closed, summary, evidence);

    /// <summary>Something stays readable.</summary>
    public static Judgement Open(string summary, params IReadOnlyList<Citation> evidence) => new(Posture.Open, summary, evidence);

    /// <summary>A fact is missing.</summary>
    public static Judgement Unknown(string needed, params IReadOnlyList<Citation> evidence) => new(Posture.Unknown, needed, evidence);

    /// <summary>The same, about one of several.</summary>
    public Judgement About(string subject) => this with { Subject = subject };

    /// <summary>The same, with what would close it.</summary>
    public Judgement RepairedBy(params IReadOnlyList<Repair> repairs) => this with { Repairs = repairs };
}
