namespace Lethe.Media;

/// <summary>A kind of place where a workload's data can stay after its end: a row of the matrix.</summary>
/// <param name="Name">As users write it, for example <c>page-cache</c>.</param>
/// <param name="Title">As tables show it.</param>
public sealed record Medium(string Name, string Title);
