using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Lethe.Scanning.Search;

/// <summary>
/// Finds a regular expression in bytes. Each byte is the character of the same number (Latin-1), so <c>\xff</c> is byte 255.
/// </summary>
/// <remarks>
/// The time is linear in the number of bytes if the expression allows it. An expression with back-references or look-around is
/// matched by backtracking. A window that takes too long is reported as not searched, and so is everything after the 32nd such
/// window. Matches are the leftmost ones and do not overlap. They have up to <see cref="Reach"/> bytes; longer ones may be cut.
/// </remarks>
public sealed class RegexDetector : IDetector
{
    private const int LongestMatch = 4096, MostOverdue = 32;
    private const string TooLong = "the regular expression took too long";

    private readonly Regex regex;
    private readonly TimeSpan limit;
    private int overdue;

    /// <summary>Compiles the expression.</summary>
    /// <param name="expression">The expression in .NET's syntax.</param>
    /// <param name="windowLimit">The longest time for one window; two seconds by default.</param>
    /// <exception cref="ArgumentException">It is not a regular expression.</exception>
    public RegexDetector(string expression, TimeSpan? windowLimit = null)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant;
        limit = windowLimit ?? TimeSpan.FromSeconds(2);
        try
        {
            regex = new Regex(expression, Options | RegexOptions.NonBacktracking, limit);
        }
        catch (NotSupportedException)
        {
            // It has back-references or look-around, or needs more states than linear matching allows.
            regex = new Regex(expression, Options, limit);
        }

        Patterns = [new Pattern("regex", expression, 0)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Pattern> Patterns { get; }

    /// <inheritdoc/>
    public int Reach => LongestMatch;

    /// <inheritdoc/>
    public bool MindsNeighbours => true;

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<byte> window, long offset, MatchList found)
    {
        if (overdue >= MostOverdue)
        {
            found.Skip(offset, window.Length, TooLong);
            return;
        }

        var clock = Stopwatch.StartNew();
        char[] characters = ArrayPool<char>.Shared.Rent(window.Length);
        try
        {
            Encoding.Latin1.GetChars(window, characters);
            foreach (ValueMatch match in regex.EnumerateMatches(characters.AsSpan(0, window.Length)))
            {
                if (match.Length > 0) found.Add(new Match(0, offset + match.Index, match.Length));
                if (clock.Elapsed > limit) throw new RegexMatchTimeoutException();
            }
        }
        catch (RegexMatchTimeoutException)
        {
            Interlocked.Increment(ref overdue);
            found.Skip(offset, window.Length, TooLong);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters, clearArray: true);
        }
    }
}
