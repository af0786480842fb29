namespace Lethe.Scanning.Sources.Trees;

/// <summary>The content of a pipe: a tar archive, with a part for each file, or bytes of unknown meaning as one part.</summary>
internal sealed class StreamSource(string name, ForwardStream stream, bool isArchive) : Source
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Form => isArchive ? "tar" : "raw";

    /// <inheritdoc/>
    public override long? TotalBytes => null;

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts()
    {
        if (!isArchive)
        {
            yield return new Part(0, Part.UnknownLength) { Seekable = false };
            yield break;
        }

        var walk = new TarWalk(stream);
        while (walk.Next() is { } entry)
        {
            long end = entry.Position + entry.PaddedLength;
            yield return new Part(0, entry.Length, Name: entry.Name) { Seekable = false };
            if (stream.Position < end) stream.Skip(end - stream.Position);
        }

        if (stream.Problem is { } problem) throw new SourceException($"{name}: {problem}");
        if (walk.DamagedAt is not { } damaged) yield break;
        yield return new Part(0, Part.UnknownLength) { Seekable = false };
        throw new SourceException($"{name}: tar archive: there is no header at offset {damaged}; what follows was searched without names");
    }

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from)
    {
        if (from != 0) throw new ArgumentOutOfRangeException(nameof(from), "a stream is read from its beginning");
        return new Reader(stream, part.Length);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => stream.Dispose();

    private sealed class Reader(ForwardStream stream, long length) : IPartReader
    {
        private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);
        private long at;
        private int used;
        private bool ended;

        public bool Next(out Stretch stretch)
        {
            stretch = default;
            if (ended || at == length) return false;
            int got = stream.ReadSome(buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at)));
            if (got > 0)
            {
                stretch = new Stretch { At = at, Bytes = buffer.AsSpan(0, got) };
                at += got;
                used = Math.Max(used, got);
                return true;
            }

            ended = true;
            bool cut = length != Part.UnknownLength;
            if (stream.Problem is null && !cut) return false;
            stretch = new Stretch
            {
                At = at,
                MissingBytes = cut ? length - at : 0,
                MissingBecause = stream.Problem ?? "the stream ends before",
            };
            return true;
        }

        // Only what was used: clearing the rest would make its pages present.
        public void Dispose() => buffer.AsSpan(0, used).Clear();
    }
}
