using Lethe.Scanning.Kernel;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Reporting;

/// <summary>Finds out what the pages of a memory image are, by the kernel's note from the image's header or from the scan.</summary>
public static class ImageAttribution
{
    /// <summary>Reads the kernel's layout and page array out of the image.</summary>
    /// <param name="source">The source that was scanned. It must still be open.</param>
    /// <param name="result">What was found.</param>
    /// <param name="unknown">Why page states are unknown, for people. Null when they are known, or when nobody expects them.</param>
    /// <returns>Null when page states are unknown.</returns>
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
            // Nobody expects page states of a disk.
            unknown = source.Form is "raw" or "qcow2" ? null : reason.Message;
            return null;
        }
    }

    // A plain image of memory begins at address 0.
    private static ulong AddressOf(Source source, (Part Part, long Offset) place) =>
        source.PhysicalOf(place.Part, place.Offset) ?? (ulong)(place.Part.Offset + place.Offset);
}
