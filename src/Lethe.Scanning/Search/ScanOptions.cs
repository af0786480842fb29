namespace Lethe.Scanning.Search;

/// <summary>How a scan works.</summary>
public sealed record ScanOptions
{
    /// <summary>Number of threads, at least 1.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>How many matches are kept in detail. All are counted.</summary>
    public int KeptMatches { get; init; } = 1_000_000;

    /// <summary>Bytes of the pieces that large parts are split into, a multiple of the page size (4096).</summary>
    public long PieceBytes { get; init; } = 64 << 20;

    /// <summary>Bytes shown to one detector after another while they are in the cache, a multiple of the page size.</summary>
    public int BlockBytes { get; init; } = 128 * 1024;

    /// <summary>Called now and then, from any thread, with the number of bytes read so far.</summary>
    public Action<long>? Progress { get; init; }
}
