using Lethe.Evidence;

namespace Lethe.Media.Auditing;

/// <summary>Files that could not be read, so what they configure is unknown.</summary>
internal static class Unread
{
    /// <summary>A judgement for each.</summary>
    /// <param name="files">The files and why.</param>
    public static IEnumerable<Judgement> Of(IEnumerable<Citation> files) =>
        files.Select(file => Judgement.Unknown($"needs {file.Source}: {file.Text}", file).About(file.Source));
}
