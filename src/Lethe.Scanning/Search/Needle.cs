namespace Lethe.Scanning.Search;

/// <summary>Bytes that are looked for exactly.</summary>
/// <param name="Pattern">The pattern of its matches. Its length is that of the bytes.</param>
/// <param name="Bytes">The bytes: at least one, not all zero.</param>
public sealed record Needle(Pattern Pattern, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Makes a needle with a pattern of this kind and name. The pattern has the length of the bytes.</summary>
    public Needle(string kind, string id, ReadOnlyMemory<byte> bytes) : this(new Pattern(kind, id, bytes.Length), bytes)
    {
    }
}
