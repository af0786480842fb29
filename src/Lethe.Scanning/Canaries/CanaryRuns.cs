using System.Runtime.InteropServices;
using Lethe.Canaries;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Canaries;

/// <summary>
/// Joins words to runs as they are found. The words of one run arrive in order; words of other runs may arrive between them.
/// </summary>
internal sealed class CanaryRuns(Canary canary, long words)
{
    private readonly Dictionary<long, int> byDiagonal = [];
    private readonly List<Match> matches = [];

    public IReadOnlyList<Match> Matches => matches;

    /// <summary>Notes a word, if it belongs to the canary.</summary>
    public void Note(ulong word, long offset)
    {
        long index = canary.IndexOf(word);
        if ((ulong)index >= (ulong)words) return;
        int size = canary.WordSize;
        ref int run = ref CollectionsMarshal.GetValueRefOrAddDefault(byDiagonal, offset - index * size, out bool known);
        if (known && matches[run] is var match && match.Position + match.Length == offset)
        {
            matches[run] = match with { Length = match.Length + size };
            return;
        }

        run = matches.Count;
        matches.Add(new Match(0, offset, size, index * size));
    }
}
