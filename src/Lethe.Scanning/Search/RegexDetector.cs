using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Lethe.Scanning.Search;

/// <summary>
/// Finds a regular expression in bytes: each byte is the character of the same number (Latin-1), so <c>\xff</c> is byte 255.
/// </summary>
/// <remarks>
/// Runs in time linear to the bytes where the expression allows; one with back-references or look-around is matched by trying, and a window
/// that takes too long is reported as not searched, as is everything after the 32nd such window. Matches are the leftmost ones, do not
/// overlap, and have up to <see cref="Reach"/> bytes; longer ones may be cut.
/// </remarks>
public sealed class RegexDetector : IDetector
{
    private const int LongestMatch = 4096, MostOverdue = 32;
    private const string TooLong = "the regular expression took too long";

    private readonly Regex regex;
    private readonly TimeSpan limit;
    private int overdue;

    /// <summary>Compiles the expression.</summary>
    /// <param name="expression">In .NET's syntax.</param>
    /// <param name="windowLimit">How long a window may take; two seconds when not given.</param>
    /// <exception cref="ArgumentException">It is no regular expression, or matches nothing at all.</exception>
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
            // Back-references, look-around, or more states than linear matching takes.
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
