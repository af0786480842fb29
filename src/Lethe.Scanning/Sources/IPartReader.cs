namespace Lethe.Scanning.Sources;

/// <summary>Reads one part forward, for one thread.</summary>
public interface IPartReader : IDisposable
{
    /// <summary>
    /// The next bytes, at most 1 MiB, valid until the next call. Holes and pages known to be zero are skipped. Errors do not
    /// throw: a stretch without bytes says what is missing, and reading goes on behind it.
    /// </summary>
    /// <returns>False at the end of the part.</returns>
    bool Next(out Stretch stretch);
}

/// <summary>Some bytes of a part, or a place where bytes are missing.</summary>
public readonly ref struct Stretch
{
    /// <summary>Offset of the first byte in the part, in bytes.</summary>
    public required long At { get; init; }

    /// <summary>The bytes; empty when they are missing.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>How many bytes could not be read; 0 also when that is not known.</summary>
    public long MissingBytes { get; init; }

    /// <summary>
    /// Why they could not be read, for people, without the place: <c>Input/output error</c>, <c>compressed page is damaged</c>. Null when
    /// nothing is missing.
    /// </summary>
    public string? MissingBecause { get; init; }
}
