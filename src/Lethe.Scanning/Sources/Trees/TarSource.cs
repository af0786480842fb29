using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Trees;

/// <summary>A tar archive in a file. Each file in it is a part. The part's offset is the offset in the archive.</summary>
internal sealed class TarSource(string name, IStorage storage) : Source
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Form => "tar";

    /// <inheritdoc/>
    public override long? TotalBytes => storage.Length;

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts()
    {
        using var input = new Input(storage);
        var walk = new TarWalk(input);
        while (walk.Next() is { } entry)
        {
            yield return new Part(entry.Position, entry.Length, Name: entry.Name);
            input.Skip(entry.PaddedLength);
        }

        if ((walk.DamagedAt ?? (input.Problem is null ? null : input.Position)) is not { } damaged) yield break;
        // The rest is searched all the same.
        yield return new Part(damaged, storage.Length - damaged);
        throw new SourceException(
            $"{name}: tar archive: {input.Problem ?? "there is no header"} at offset {damaged}; what follows was searched without names"
        );
    }

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from) => new PlainReader(storage, part.Offset, part.Length, from);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => storage.Dispose();

    private sealed class Input(IStorage storage) : IForwardBytes, IDisposable
    {
        private readonly Window window = new(storage, 4096);

        public long Position { get; private set; }

        public string? Problem { get; private set; }

        public int Read(Span<byte> destination)
        {
            int length = (int)Math.Clamp(storage.Length - Position, 0, destination.Length);
            ReadOnlySpan<byte> bytes = length == 0 ? [] : window.Get(Position, length);
            if (bytes.IsEmpty) Problem ??= length == 0 ? null : "cannot be read";
            bytes.CopyTo(destination);
            Position += bytes.Length;
            return bytes.Length;
        }

        public void Skip(long count) => Position = count > storage.Length - Position ? storage.Length : Position + count;

        public void Dispose() => window.Dispose();
    }
}
