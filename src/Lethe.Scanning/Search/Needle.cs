namespace Lethe.Scanning.Search;

/// <summary>Bytes that are looked for exactly.</summary>
/// <param name="Pattern">What matches of it are called; its length is that of the bytes.</param>
/// <param name="Bytes">1 byte or more, not all zero.</param>
public sealed record Needle(Pattern Pattern, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>A needle that is named and has the length of its bytes.</summary>
    public Needle(string kind, string id, ReadOnlyMemory<byte> bytes) : this(new Pattern(kind, id, bytes.Length), bytes)
    {
    }
}
