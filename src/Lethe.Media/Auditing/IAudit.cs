namespace Lethe.Media.Auditing;

/// <summary>The matrix column "audit": a medium's rules, and the facts they read.</summary>
internal interface IAudit
{
    /// <summary>The medium.</summary>
    Medium Medium { get; }

    /// <summary>The facts that the rules read (<see cref="Lethe.Facts.PathPattern"/>); they see nothing else.</summary>
    IReadOnlyList<string> Wants { get; }

    /// <summary>The rules.</summary>
    IReadOnlyList<Rule> Rules { get; }
}
