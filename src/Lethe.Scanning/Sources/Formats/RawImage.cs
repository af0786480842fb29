using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// Bytes of which nothing is known. Should they be a machine's memory, then with the byte for address 0 first; whether they are shows
/// when a kernel's notes are found in it.
/// </summary>
internal static class RawImage
{
    public static Source Open(string name, IStorage storage) =>
        new PlainSource(name, "raw", storage, [new Part(0, storage.Length)], [])
        {
            PhysicalMemory = new PlainMemory(storage, [new MemoryStretch(0, 0, storage.Length)]),
        };
}
