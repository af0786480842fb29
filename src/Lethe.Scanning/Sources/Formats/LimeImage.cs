using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>A LiME image, which AVML calls its version 1: ranges of memory, each after a header, with nothing between them.</summary>
internal static class LimeImage
{
    /// <summary>More than any machine has. It bounds the cost of a hostile image.</summary>
    private const int MostRanges = 1 << 20;

    public static Source Open(string name, IStorage storage)
    {
        var parts = new List<Part>();
        var memory = new List<MemoryStretch>();
        var defects = new List<string>();
        long at = 0;
        while (at < storage.Length)
        {
            if (parts.Count >= MostRanges || MemoryRangeHeader.Read(storage, at) is not { Compressed: false } header)
            {
                defects.Add($"there is no range header at offset {at}; what follows is searched without addresses");
                parts.Add(new Part(at, storage.Length - at));
                break;
            }

            at += MemoryRangeHeader.Size;
            parts.Add(new Part(at, header.Length, (ulong)header.Address));
            memory.Add(new MemoryStretch(header.Address, at, header.Length));
            at += header.Length;
        }

        return new PlainSource(name, "lime", storage, parts, defects) { PhysicalMemory = new PlainMemory(storage, memory) };
    }
}
