using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Turns places in what a family sees into matches.</summary>
/// <param name="found">Takes the matches.</param>
/// <param name="offset">Position of the first byte the family sees.</param>
/// <param name="firstPattern">Index of the family's first pattern among all.</param>
/// <param name="scale">Bytes of memory for each byte the family sees: 2 for text in UTF-16.</param>
internal readonly ref struct SecretSink(MatchList found, long offset, int firstPattern, int scale)
{
    /// <summary>Notes a match.</summary>
    public void Add(int pattern, int at, int length, int confidence) =>
        found.Add(new(firstPattern + pattern, offset + (long)at * scale, length * scale, 0, (byte)confidence));
}
