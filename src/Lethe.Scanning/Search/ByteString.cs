namespace Lethe.Scanning.Search;

/// <summary>Bytes that compare by content.</summary>
internal readonly struct ByteString(ReadOnlyMemory<byte> bytes) : IEquatable<ByteString>
{
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public bool Equals(ByteString other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override bool Equals(object? obj) => obj is ByteString other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }
}
