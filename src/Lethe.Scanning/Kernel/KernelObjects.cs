using System.Buffers.Binary;
using System.Text;

namespace Lethe.Scanning.Kernel;

/// <summary>
/// Reads members of kernel objects by name. The result is null when the member is not mapped or this kernel has no such
/// member. Every read from a null address is null, too.
/// </summary>
internal sealed class KernelObjects(KernelAddressSpace kernel, TypeInformation types)
{
    // Kernel addresses are in the upper half of the address space.
    private const ulong LowestAddress = 0xffff800000000000;

    private readonly Dictionary<(string Structure, string Member), int?> offsets = [];

    public KernelAddressSpace Memory => kernel;

    /// <summary>Offset of a member in its structure, in bytes.</summary>
    public int? Offset(string structure, string member)
    {
        if (!offsets.TryGetValue((structure, member), out int? offset))
            offsets[(structure, member)] = offset = types.OffsetOf(structure, member);
        return offset;
    }

    public ulong? AddressOf(ulong? instance, string structure, string member) =>
        instance is >= LowestAddress and { } address && Offset(structure, member) is { } offset ? address + (ulong)offset : null;

    /// <summary>The address of the object that has its member at this address (container_of).</summary>
    public ulong? Containing(ulong? address, string structure, string member) =>
        address is >= LowestAddress and { } at && Offset(structure, member) is { } offset ? at - (ulong)offset : null;

    /// <summary>A member of eight bytes.</summary>
    public ulong? Word(ulong? instance, string structure, string member) =>
        AddressOf(instance, structure, member) is { } address ? kernel.ReadWord(address) : null;

    /// <summary>A member of four bytes.</summary>
    public uint? HalfWord(ulong? instance, string structure, string member)
    {
        Span<byte> bytes = stackalloc byte[4];
        return AddressOf(instance, structure, member) is { } address && kernel.TryRead(address, bytes)
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
            : null;
    }

    /// <summary>A pointer member; null also when it is not a kernel address.</summary>
    public ulong? Pointer(ulong? instance, string structure, string member) =>
        Word(instance, structure, member) is >= LowestAddress and { } target ? target : null;

    /// <summary>Text that ends with a zero byte.</summary>
    /// <param name="address">Its first byte.</param>
    /// <param name="longest">The most bytes it may have.</param>
    /// <returns>Null when it is not mapped, empty, or longer than that.</returns>
    public string? Text(ulong? address, int longest)
    {
        if (address is not (>= LowestAddress and { } at)) return null;
        var bytes = new byte[longest + 1];
        // The page after the text may not be mapped, so each read stops at a page's end.
        for (int length = 0; length < bytes.Length;)
        {
            int piece = Math.Min(bytes.Length - length, 4096 - (int)((at + (ulong)length) & 4095));
            if (!kernel.TryRead(at + (ulong)length, bytes.AsSpan(length, piece))) return null;
            int end = bytes.AsSpan(length, piece).IndexOf((byte)0);
            if (end >= 0) return length + end == 0 ? null : Encoding.UTF8.GetString(bytes, 0, length + end);
            length += piece;
        }

        return null;
    }
}
