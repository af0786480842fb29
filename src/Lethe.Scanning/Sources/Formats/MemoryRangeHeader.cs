using System.Buffers.Binary;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// The header before each range of LiME images (LiME, doc/README.md) and of AVML images (avml, src/image.rs), which adopted it.
/// </summary>
/// <param name="Compressed">True for AVML version 2: a Snappy stream follows. False: the memory's bytes follow.</param>
/// <param name="Address">Physical address of the first byte.</param>
/// <param name="Length">Bytes of memory.</param>
internal readonly record struct MemoryRangeHeader(bool Compressed, long Address, long Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 32;

    private const uint LimeMagic = 0x4c694d45, AvmlMagic = 0x4c4d5641;

    /// <summary>Reads a header.</summary>
    /// <returns>Null when it is no such header, or has impossible values.</returns>
    public static MemoryRangeHeader? Read(ReadOnlySpan<byte> header)
    {
        if (header.Length < Size) return null;
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(header), version = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        bool compressed = (magic, version) == (AvmlMagic, 2u);
        if (!compressed && (magic, version) != (LimeMagic, 1u)) return null;
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]), last = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
        if (last < first || !PhysicalAddress.IsPossible(first, last - first + 1)) return null;
        return new MemoryRangeHeader(compressed, (long)first, (long)(last - first) + 1);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public static MemoryRangeHeader? Read(IStorage storage, long at)
    {
        Span<byte> header = stackalloc byte[Size];
        return storage.ReadAll(at, header) is null ? Read(header) : null;
    }
}
