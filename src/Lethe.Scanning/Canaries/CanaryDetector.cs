using Lethe.Canaries;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Canaries;

/// <summary>
/// Finds the words of a canary of <c>lethe prove</c> at every byte offset, by turning them back, without storing the canary.
/// </summary>
/// <remarks>Words that follow each other as in the canary make one match; a word that is overwritten in part is no part of it.</remarks>
/// <param name="canary">The canary.</param>
/// <param name="name">What it is called in matches.</param>
/// <param name="plantedBytes">How much of it was planted.</param>
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
