using System.Buffers.Binary;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// The header before each range of LiME images (LiME, doc/README.md) and of AVML's (avml, src/image.rs), which took it over.
/// </summary>
/// <param name="Compressed">AVML version 2: what follows is a Snappy stream; else the bytes as they are.</param>
/// <param name="Address">Physical address of the first byte.</param>
/// <param name="Length">Bytes of memory.</param>
internal readonly record struct MemoryRangeHeader(bool Compressed, long Address, long Length)
{
    /// <summary>Bytes.</summary>
    public const int Size = 32;

    private const uint LimeMagic = 0x4c694d45, AvmlMagic = 0x4c4d5641;

    /// <summary>Reads one.</summary>
    /// <returns>Null when there is none, or it says what cannot be.</returns>
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
