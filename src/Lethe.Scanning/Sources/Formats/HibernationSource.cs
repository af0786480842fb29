using Lethe.Scanning.Kernel;
using Lethe.Scanning.Sources.Blocks;
using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// A swap area with a hibernation image. Parts with an address are the memory in it. The parts after them, without an address,
/// are the rest of the area; their offsets are offsets in the area. After the machine has resumed, pages may have been swapped
/// out over the image. Then the whole area is read, in addition to what is left of the image.
/// </summary>
internal sealed class HibernationSource : Source
{
    private const int PageSize = HibernationHeader.PageSize;

    /// <summary>Frames that are further apart, as at the hole below 4 GiB, are in different parts.</summary>
    private const long WidestGap = 32768;

    /// <summary>With more parts of the rest than this, the whole area is read again instead. That finds the same.</summary>
    private const int MostLeftOvers = 1 << 16;

    private readonly IStorage storage;
    private readonly HibernationImage image;
    private readonly BlockMemory memory;
    private readonly List<Part> parts = [];
    private readonly List<string> defects = [];

    private HibernationSource(string name, IStorage storage, ReadOnlySpan<byte> head)
    {
        Name = name;
        this.storage = storage;
        HibernationHeader header = HibernationHeader.Read(name, storage, head);
        image = new HibernationImage(storage, header, defects);
        IReadOnlyList<PageFrames.Run> runs = image.Frames.Runs;
        memory = new BlockMemory(image, runs.Count == 0 ? 0 : (runs[^1].Frame + runs[^1].Count) * PageSize, absentIsZero: false);
        AddMemory(runs);
        AddLeftOvers(HibernationHeader.HoldsImage(head) ? header.Used : []);
        TotalBytes =
            runs.Where(run => run.Index >= 0).Sum(run => run.Count * PageSize)
            + parts.Where(part => part.Address is null).Sum(part => part.Length);
    }

    /// <summary>Opens an area whose first page says that it holds, or held, an image.</summary>
    /// <exception cref="SourceException">The area should hold an image, but it cannot be found.</exception>
    public static Source Open(string name, IStorage storage, ReadOnlySpan<byte> head)
    {
        try
        {
            return new HibernationSource(name, storage, head);
        }
        catch (SourceException) when (!HibernationHeader.HoldsImage(head))
        {
            return SwapAreaSource.Open(
                name,
                storage,
                head,
                "a hibernation image was here and its map is overwritten; what is left of it is searched as it is stored, perhaps "
                    + "compressed"
            );
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string Form => "hibernation";

    /// <inheritdoc/>
    public override long? TotalBytes { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Defects => defects;

    /// <inheritdoc/>
    public override IPhysicalMemory? Memory => memory;

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts() => parts;

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from) => part.Address is null
        ? new PlainReader(storage, part.Offset, part.Length, from)
        : new BlockReader(image, part.Offset, part.Length, from);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        memory.Dispose();
        image.Dispose();
    }

    private void AddMemory(IReadOnlyList<PageFrames.Run> runs)
    {
        long start = 0, end = 0;
        foreach (PageFrames.Run run in runs)
        {
            if (run.Index < 0) continue;
            if (end > start && run.Frame - end > WidestGap)
            {
                AddFrames(start, end);
                start = end;
            }

            if (start == end) start = run.Frame;
            end = run.Frame + run.Count;
        }

        if (end > start) AddFrames(start, end);
    }

    private void AddFrames(long start, long end) =>
        parts.Add(new Part(start * PageSize, (end - start) * PageSize, (ulong)(start * PageSize)));

    private void AddLeftOvers(List<(long Page, long Count)> used)
    {
        int before = parts.Count;
        long at = 0;
        foreach ((long page, long count) in used.OrderBy(range => range.Page))
        {
            long end = Math.Min(page * PageSize, storage.Length);
            if (end > at) parts.Add(new Part(at, end - at));
            at = Math.Max(at, (page + count) * PageSize);
        }

        if (at < storage.Length) parts.Add(new Part(at, storage.Length - at));
        if (parts.Count - before <= MostLeftOvers) return;
        parts.RemoveRange(before, parts.Count - before);
        parts.Add(new Part(0, storage.Length));
    }
}
