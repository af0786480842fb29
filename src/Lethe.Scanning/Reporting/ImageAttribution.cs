using Lethe.Scanning.Kernel;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Reporting;

/// <summary>Reads out of a memory image what its pages are, by the kernel's note that its header has or the scan came across.</summary>
public static class ImageAttribution
{
    /// <summary>Reads what is needed.</summary>
    /// <param name="source">What was scanned.</param>
    /// <param name="result">What was found.</param>
    /// <param name="unknown">Why nothing can be said, for people; null when it can, or when nobody expects it.</param>
    /// <returns>Null when nothing can be said.</returns>
    public static ImagePages? Of(Source source, ScanResult result, out string? unknown)
    {
        unknown = null;
        if (source.Memory is not { } memory) return null;
        try
        {
            IEnumerable<VmCoreInfo> found = result
                .KernelNotes.Select(place => VmCoreInfo.At(memory, AddressOf(source, place)))
                .OfType<VmCoreInfo>();
            return ImagePages.Of(memory, source.KernelNote is { } known ? found.Prepend(known) : found);
        }
        catch (UnknownLayoutException reason)
        {
            // Of a disk nobody expects them.
            unknown = source.Form is "raw" or "qcow2" ? null : reason.Message;
            return null;
        }
    }

    // A plain image of memory begins at address 0.
    private static ulong AddressOf(Source source, (Part Part, long Offset) place) =>
        source.PhysicalOf(place.Part, place.Offset) ?? (ulong)(place.Part.Offset + place.Offset);
}
