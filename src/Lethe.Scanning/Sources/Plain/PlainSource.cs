using Lethe.Scanning.Kernel;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Plain;

/// <summary>A source with parts that lie uncompressed in one storage. Offsets of parts are offsets in it.</summary>
internal sealed class PlainSource(string name, string form, IStorage storage, IReadOnlyList<Part> parts, IReadOnlyList<string> defects)
    : Source
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Form => form;

    /// <inheritdoc/>
    public override long? TotalBytes { get; } = Total(storage, parts);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Defects => defects;

    /// <summary>The physical addresses of its bytes, as the format gives them; null when it has none.</summary>
    public PlainMemory? PhysicalMemory { get; init; }

    /// <summary>The VMCOREINFO note in a header of the format; null when there is none.</summary>
    public VmCoreInfo? Note { get; init; }

    /// <inheritdoc/>
    public override IPhysicalMemory? Memory => PhysicalMemory;

    /// <inheritdoc/>
    public override VmCoreInfo? KernelNote => Note;

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts() => parts;

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from) => new PlainReader(storage, part.Offset, part.Length, from);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => storage.Dispose();

    // Bytes behind the end of the storage do not count.
    private static long Total(IStorage storage, IReadOnlyList<Part> parts) =>
        parts.Sum(part => Math.Max(0, Math.Min(part.Offset + part.Length, storage.Length) - part.Offset));
}
