namespace Lethe.Evidence;

/// <summary>The place and the words of a fact that a finding rests on.</summary>
/// <param name="Source">The file, or what else said it.</param>
/// <param name="Line">The line, from 1; null when the source has none.</param>
/// <param name="Text">What stands there; untrusted.</param>
public sealed record Citation(string Source, int? Line, string Text);
