namespace Lethe.Scanning.Sources.Storage;

/// <summary>Several storages, one after the other.</summary>
internal sealed class JoinedStorage : IStorage
{
    private readonly List<(long Start, IStorage Storage)> joined = [];

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <summary>Adds a storage at the end, and then owns it.</summary>
    /// <returns>The offset where it begins, in bytes.</returns>
    public long Add(IStorage storage)
    {
        long start = Length;
        joined.Add((start, storage));
        Length += storage.Length;
        return start;
    }

    /// <inheritdoc/>
    public int Read(long at, Span<byte> destination, out string? problem)
    {
        problem = null;
        if (at < 0 || at >= Length || destination.IsEmpty) return 0;
        (long start, IStorage storage) = joined.FindLast(part => part.Start <= at && part.Storage.Length > 0);
        int got = storage.Read(at - start, destination[..(int)Math.Min(destination.Length, storage.Length - (at - start))], out problem);
        // Only the end of the last storage is the end of all.
        if (got == 0) problem ??= "it ends before";
        return got;
    }

    /// <inheritdoc/>
    public (long Offset, long Length)? NextData(long from, long to)
    {
        foreach ((long start, IStorage storage) in joined)
        {
            long first = Math.Max(from, start), behind = Math.Min(to, start + storage.Length);
            if (first < behind && storage.NextData(first - start, behind - start) is { } data) return (start + data.Offset, data.Length);
        }

        long past = Math.Max(from, Length);
        return past < to ? (past, to - past) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, IStorage storage) in joined) storage.Dispose();
    }
}
