using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources.Blocks;

/// <summary>A source that is stored in blocks. Offsets of its parts are addresses in its content.</summary>
internal sealed class BlockSource(
    string name,
    string form,
    IBlockImage image,
    IReadOnlyList<Part> parts,
    long? totalBytes,
    IReadOnlyList<string> defects
) : Source
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Form => form;

    /// <inheritdoc/>
    public override long? TotalBytes => totalBytes;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Defects => defects;

    /// <summary>The content as physical memory; null when it is not memory.</summary>
    public BlockMemory? PhysicalMemory { get; init; }

    /// <summary>The VMCOREINFO note in a header of the format; null when there is none.</summary>
    public VmCoreInfo? Note { get; init; }

    /// <inheritdoc/>
    public override IPhysicalMemory? Memory => PhysicalMemory;

    /// <inheritdoc/>
    public override VmCoreInfo? KernelNote => Note;

    /// <inheritdoc/>
    public override IEnumerable<Part> Parts() => parts;

    /// <inheritdoc/>
    public override IPartReader Open(Part part, long from) => new BlockReader(image, part.Offset, part.Length, from);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        PhysicalMemory?.Dispose();
        image.Dispose();
    }
}
