namespace Lethe.Media.Auditing.Repairing;

/// <summary>A file of the directory that <c>lethe audit --fix</c> writes.</summary>
/// <param name="Path">Relative to that directory: safe names, with <c>/</c> between them.</param>
/// <param name="Content">The whole file.</param>
internal sealed record RepairedFile(string Path, string Content);
