namespace Lethe.Evidence.Audit;

/// <summary>A line for people.</summary>
/// <param name="Indent">How many columns it is moved in.</param>
/// <param name="Text">The text.</param>
/// <param name="State">What colours it; null when nothing does.</param>
/// <param name="Hanging">How many columns more what does not fit into the first line is moved in.</param>
internal sealed record AuditLine(int Indent, string Text, Posture? State = null, int Hanging = 0)
{
    /// <summary>The line, moved in and broken between words; a word that is longer than a line keeps one of its own.</summary>
    /// <param name="width">How many letters a line may have.</param>
    public IEnumerable<string> Wrap(int width)
    {
        string rest = Text;
        int indent = Indent;
        while (rest.Length > width - indent)
        {
            int most = Math.Max(1, width - indent), least = indent == Indent ? Math.Min(Hanging, rest.Length) : 0;
            int end = rest.LastIndexOf(' ', Math.Min(most, rest.Length - 1));
            if (end <= least) end = rest.IndexOf(' ', Math.Max(least, Math.Min(most, rest.Length - 1)));
            if (end < 0) break;
            yield return new string(' ', indent) + rest[..end];
            rest = rest[(end + 1)..];
            indent = Indent + Hanging;
        }

        yield return new string(' ', indent) + rest;
    }
}
