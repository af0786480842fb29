using Lethe.Canaries;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Canaries;

/// <summary>
/// Finds the words of a canary of <c>lethe prove</c> at every byte offset. It inverts each word, so it does not store the canary.
/// </summary>
/// <remarks>Words that follow each other as in the canary make one match. A word that is overwritten in part is not found.</remarks>
/// <param name="canary">The canary to look for.</param>
/// <param name="name">Name of the pattern.</param>
/// <param name="plantedBytes">How many bytes of it were planted.</param>
internal sealed class CanaryDetector(Canary canary, string name, long plantedBytes) : IDetector
{
    /// <inheritdoc/>
    public IReadOnlyList<Pattern> Patterns { get; } = [new Pattern("canary", name, plantedBytes)];

    /// <inheritdoc/>
    public int Reach => canary.WordSize;

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<byte> window, long offset, MatchList found)
    {
        var runs = new CanaryRuns(canary, plantedBytes / canary.WordSize);
        CanarySearch.Search(window, offset, canary, runs);
        foreach (Match run in runs.Matches) found.Add(run);
    }
}
