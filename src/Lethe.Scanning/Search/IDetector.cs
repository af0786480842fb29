namespace Lethe.Scanning.Search;

/// <summary>
/// Finds one family of things in bytes: needles, keys, tokens. It does not change once made, and many threads search with it at once.
/// </summary>
public interface IDetector
{
    /// <summary>What it can find. <see cref="Match.Pattern"/> is an index into this list.</summary>
    IReadOnlyList<Pattern> Patterns { get; }

    /// <summary>
    /// Bytes of the longest match that one window must show. The caller shows this many bytes at the end of a window again,
    /// together with what follows, so nothing is lost at a border. It drops matches that are reported twice.
    /// </summary>
    int Reach { get; }

    /// <summary>
    /// Whether the bytes beside a match decide if it is one, as with words. If so, a match at the end of a window counts only in a window
    /// that shows what follows, or when nothing follows.
    /// </summary>
    bool MindsNeighbours => false;

    /// <summary>Searches one window.</summary>
    /// <param name="window">Contiguous bytes of any length and any content.</param>
    /// <param name="offset">The position of the window's first byte, for matches and for alignment. Positions have the same alignment as
    /// addresses, modulo 4096.</param>
    /// <param name="found">Receives the matches, in any order. The same match twice does no harm.</param>
    void Search(ReadOnlySpan<byte> window, long offset, MatchList found);
}
