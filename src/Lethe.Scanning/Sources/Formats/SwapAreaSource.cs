using System.Buffers.Binary;
using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// A Linux swap area: file, partition, zram device (union swap_header, include/linux/swap.h). A slot's number is its offset divided by
/// the page size; slot 0 is the header. The whole area is read, including what the header calls bad or behind the end, because a header
/// can be wrong.
/// </summary>
internal static class SwapAreaSource
{
    /// <summary>Offset of the signature, for pages of 4096 bytes.</summary>
    public const int SignatureOffset = PageSize - 10;

    private const int PageSize = 4096;
    private const int VersionOffset = 1024, LastPageOffset = 1028;

    /// <summary>Whether the first page is the header of a swap area.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) =>
        head.Length >= PageSize && head.Slice(SignatureOffset, 10).SequenceEqual("SWAPSPACE2"u8)
        && BinaryPrimitives.ReadUInt32LittleEndian(head[VersionOffset..]) == 1;

    /// <summary>Opens an area.</summary>
    /// <param name="name">The name of the source.</param>
    /// <param name="storage">The area.</param>
    /// <param name="head">Its first page.</param>
    /// <param name="defect">What is known to be in the area and cannot be understood; null for nothing.</param>
    public static Source Open(string name, IStorage storage, ReadOnlySpan<byte> head, string? defect = null)
    {
        long said = (BinaryPrimitives.ReadUInt32LittleEndian(head[LastPageOffset..]) + 1L) * PageSize;
        List<string> defects = defect is null ? [] : [defect];
        if (said > storage.Length) defects.Add($"its header says {said} bytes, it has {storage.Length}");
        return new PlainSource(name, "swap", storage, [new Part(0, storage.Length)], defects);
    }
}
