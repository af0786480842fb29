namespace Lethe.Scanning.Search;

/// <summary>How a scan goes about it.</summary>
public sealed record ScanOptions
{
    /// <summary>Threads.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Matches kept in detail; all are counted.</summary>
    public int KeptMatches { get; init; } = 1_000_000;

    /// <summary>Bytes of the pieces that large parts are split into, a multiple of the page size (4096).</summary>
    public long PieceBytes { get; init; } = 64 << 20;

    /// <summary>Bytes shown to a detector at once, so that the next one finds them in the cache, a multiple of the page size.</summary>
    public int BlockBytes { get; init; } = 128 * 1024;

    /// <summary>Told how many bytes are read, now and then, by any thread.</summary>
    public Action<long>? Progress { get; init; }
}
