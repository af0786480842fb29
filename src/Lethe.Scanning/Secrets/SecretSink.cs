using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Turns positions in the bytes that a family sees into matches.</summary>
/// <param name="found">Receives the matches.</param>
/// <param name="offset">Position of the first byte that the family sees.</param>
/// <param name="firstPattern">Index of the family's first pattern in the detector's patterns.</param>
/// <param name="scale">Bytes of memory for each byte that the family sees: 2 for UTF-16 text, else 1.</param>
internal readonly ref struct SecretSink(MatchList found, long offset, int firstPattern, int scale)
{
    public void Add(int pattern, int at, int length, int confidence) =>
        found.Add(new(firstPattern + pattern, offset + (long)at * scale, length * scale, 0, (byte)confidence));
}
