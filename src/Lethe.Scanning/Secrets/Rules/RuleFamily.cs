using System.Text;
using System.Text.RegularExpressions;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Finds the secrets that a user's rule describes. The expression sees only bytes near the anchor.</summary>
internal sealed class RuleFamily(SecretRule rule) : ISecretFamily
{
    private const int Before = 256, After = 1024;

    public IReadOnlyList<Pattern> Patterns { get; } = [new("rule", rule.Id, 0)];

    public IReadOnlyList<byte[]> Anchors => rule.Anchors;

    public bool IsText => rule.AnchorsAreText;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        if (rule.Expression is null)
        {
            sink.Add(0, at, rule.Anchors[anchor].Length, rule.Confidence);
            return;
        }
        int from = Math.Max(0, at - Before), to = Math.Min(window.Length, at + After);
        Span<char> text = stackalloc char[to - from];
        Encoding.Latin1.GetChars(window[from..to], text);
        foreach (ValueMatch match in rule.Expression.EnumerateMatches(text))
        {
            if (from + match.Index > at) return;
            // Other matches nearby have anchors of their own.
            if (match.Length > 0 && from + match.Index + match.Length >= at + rule.Anchors[anchor].Length)
                sink.Add(0, from + match.Index, match.Length, rule.Confidence);
        }
    }
}
