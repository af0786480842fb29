using System.Runtime.InteropServices;

namespace Lethe.Scanning.Search;

/// <summary>Finds the words of a canary of <c>lethe prove</c> at every byte offset, by turning them back, without storing the canary.</summary>
/// <remarks>Words that follow each other as in the canary make one match; a word that is overwritten in part is no part of it.</remarks>
/// <param name="canary">The canary.</param>
/// <param name="name">What it is called in matches.</param>
/// <param name="plantedBytes">How much of it was planted.</param>
public sealed class CanaryDetector(Canary canary, string name, long plantedBytes) : IDetector
{
    /// <inheritdoc/>
    public IReadOnlyList<Pattern> Patterns { get; } = [new Pattern("canary", name, plantedBytes)];

    /// <inheritdoc/>
    public int Reach => canary.WordSize;

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<byte> window, long offset, MatchList found)
    {
        var runs = new Runs(canary, plantedBytes / canary.WordSize);
        CanarySearch.Search(window, offset, window.Length, canary, runs);
        foreach (Match run in runs.Matches) found.Add(run);
    }

    /// <summary>Joins words to runs while they come in; words of a run come one after the other, those of other runs between them.</summary>
    private sealed class Runs(Canary canary, long words) : ICanaryWords
    {
        private readonly Dictionary<long, int> byDiagonal = [];
        private readonly List<Match> matches = [];

        public IReadOnlyList<Match> Matches => matches;

        public bool Note(ulong word, long offset)
        {
            long index = canary.IndexOf(word);
            if ((ulong)index >= (ulong)words) return false;
            int size = canary.WordSize;
            ref int run = ref CollectionsMarshal.GetValueRefOrAddDefault(byDiagonal, offset - index * size, out bool known);
            if (known && matches[run] is var match && match.Position + match.Length == offset)
            {
                matches[run] = match with { Length = match.Length + size };
                return true;
            }

            run = matches.Count;
            matches.Add(new Match(0, offset, size, index * size));
            return true;
        }
    }
}
