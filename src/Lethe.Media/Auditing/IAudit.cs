namespace Lethe.Media.Auditing;

/// <summary>The matrix column "audit": a medium's rules, and the facts they read.</summary>
internal interface IAudit
{
    Medium Medium { get; }

    /// <summary>Patterns of the facts that the rules read (<see cref="Lethe.Facts.PathPattern"/>). They see nothing else.</summary>
    IReadOnlyList<string> Wants { get; }

    IReadOnlyList<Rule> Rules { get; }
}
