namespace Lethe.Scanning.Sources;

/// <summary>Reads one part forward. Used by one thread.</summary>
public interface IPartReader : IDisposable
{
    /// <summary>
    /// The next bytes, at most 1 MiB, valid until the next call. Holes and pages known to be zero are passed over. An error does not
    /// throw: it comes as a stretch without bytes that says what is missing, and reading goes on behind it.
    /// </summary>
    /// <returns>False at the end of the part.</returns>
    bool Next(out Stretch stretch);
}

/// <summary>Some bytes of a part, or a place where they are missing.</summary>
public readonly ref struct Stretch
{
    /// <summary>Offset of the first byte from the part's beginning, in bytes.</summary>
    public required long At { get; init; }

    /// <summary>The bytes; empty when missing.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>How many bytes could not be read.</summary>
    public long MissingBytes { get; init; }

    /// <summary>Why they could not, for people, without the place: <c>Input/output error</c>, <c>compressed page is damaged</c>.</summary>
    public string? MissingBecause { get; init; }
}
