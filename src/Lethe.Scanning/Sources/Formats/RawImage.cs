using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// Bytes of unknown meaning. They may be a machine's memory, with address 0 first. They are, if a kernel's notes are found
/// in them.
/// </summary>
internal static class RawImage
{
    public static Source Open(string name, IStorage storage) =>
        new PlainSource(name, "raw", storage, [new Part(0, storage.Length)], [])
        {
            PhysicalMemory = new PlainMemory(storage, [new MemoryStretch(0, 0, storage.Length)]),
        };
}
