namespace Lethe.Scanning.Search;

/// <summary>
/// Finds one family of things in bytes: needles, keys, tokens. Immutable once made; searched with by many threads at once.
/// </summary>
public interface IDetector
{
    /// <summary>What it can find; <see cref="Match.Pattern"/> is an index into this list.</summary>
    IReadOnlyList<Pattern> Patterns { get; }

    /// <summary>
    /// Bytes of the longest match that must be seen in one window. The caller shows the last so many bytes of a window again,
    /// joined with what follows, so that nothing is lost at a border; it drops what is reported twice.
    /// </summary>
    int Reach { get; }

    /// <summary>
    /// Whether what lies beside a match decides if it is one, as with words. Then a match at a window's border is taken only from a window
    /// that shows what follows, or when nothing follows.
    /// </summary>
    bool MindsNeighbours => false;

    /// <summary>Looks at one window.</summary>
    /// <param name="window">Contiguous bytes, any length, any content.</param>
    /// <param name="offset">The position of the window's first byte, for matches and for alignment (positions keep address alignment modulo
    /// 4096).</param>
    /// <param name="found">Takes the matches, in any order; a match twice does no harm.</param>
    void Search(ReadOnlySpan<byte> window, long offset, MatchList found);
}
