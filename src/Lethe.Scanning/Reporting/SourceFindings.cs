using Lethe.Scanning.Kernel;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Reporting;

/// <summary>What a scan found in one source, and what is known of its pages.</summary>
/// <param name="Source">The source. It must stay open while pages are asked about.</param>
/// <param name="Result">What was found.</param>
/// <param name="DurationMs">How long the scan took, in milliseconds.</param>
/// <param name="Pages">Says what its pages are; null when that is not known.</param>
/// <param name="Kernel">The release of the kernel that the memory belongs to; null when not known.</param>
/// <param name="PagesUnknown">Why page states are not known; null when they are, or when the source has no physical pages.</param>
public sealed record SourceFindings(
    Source Source,
    ScanResult Result,
    long DurationMs,
    IPageAttribution? Pages,
    string? Kernel,
    string? PagesUnknown
)
{
    /// <summary>The physical address of a position; null for bytes that have none.</summary>
    /// <param name="part">The part.</param>
    /// <param name="position">Offset in the part, in bytes.</param>
    public ulong? PhysicalOf(Part part, long position) =>
        Source.PhysicalOf(part, position) is { } address ? address
        // A plain image of memory begins at address 0. It is one if the kernel's structures were found on that assumption.
        : Pages is not null && Source.Memory is not null && part.Name is null ? (ulong)(part.Offset + position)
        : null;
}
