using System.Buffers.Binary;

namespace Lethe.Scanning.Kernel;

/// <summary>
/// A kernel's description of its own structures, in the BPF Type Format (include/uapi/linux/btf.h,
/// Documentation/bpf/btf.rst). It gives the offset of each member. Malformed bytes are refused.
/// </summary>
internal sealed class TypeInformation
{
    /// <summary>The first bytes of the kernel's own type information: magic, version 1, no flags, a header of 24 bytes.</summary>
    public static ReadOnlySpan<byte> Start => [0x9f, 0xeb, 1, 0, HeaderSize, 0, 0, 0];

    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = 24;

    // Distribution kernels have 4 to 8 MiB.
    private const int LargestSize = 64 << 20;

    private const int Structure = 4, Union = 5, LargestKind = 19;
    private const int DeepestNesting = 8;
    private const int MostMembersLookedAt = 1 << 12;

    private readonly ReadOnlyMemory<byte> types, strings;
    private readonly int[] offsets;
    private int membersLookedAt;

    private TypeInformation(ReadOnlyMemory<byte> types, ReadOnlyMemory<byte> strings, int[] offsets)
    {
        this.types = types;
        this.strings = strings;
        this.offsets = offsets;
    }

    /// <summary>How many bytes follow the header.</summary>
    /// <param name="header">At least <see cref="HeaderSize"/> bytes.</param>
    /// <returns>Null when it is not such a header.</returns>
    public static int? SizeBehind(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderSize || !header.StartsWith(Start)) return null;
        uint typeOffset = Word(header, 8), typeLength = Word(header, 12), stringOffset = Word(header, 16), stringLength = Word(header, 20);
        return
            typeOffset == 0
            && typeLength == stringOffset
            && typeLength % 4 == 0
            && typeLength <= LargestSize
            && stringLength is > 0 and <= LargestSize
            ? (int)(typeLength + stringLength)
            : null;
    }

    /// <summary>Decodes type information: a header and what follows it.</summary>
    /// <returns>Null when it is malformed.</returns>
    public static TypeInformation? Parse(ReadOnlyMemory<byte> bytes)
    {
        if (SizeBehind(bytes.Span) is not { } size || bytes.Length < HeaderSize + size) return null;
        int typeLength = (int)Word(bytes.Span, 12);
        ReadOnlyMemory<byte> types = bytes.Slice(HeaderSize, typeLength);
        return OffsetsIn(types.Span) is { } offsets
            ? new TypeInformation(types, bytes.Slice(HeaderSize + typeLength, size - typeLength), offsets)
            : null;
    }

    /// <summary>The offset of a member in a structure. The member may lie in unnamed structures or unions of it.</summary>
    /// <param name="structure">The structure's name, without <c>struct</c>.</param>
    /// <param name="path">The member's name. Members of members follow after a dot.</param>
    /// <returns>Bytes; null when there is no such structure or member, or when it is a bit field.</returns>
    public int? OffsetOf(string structure, string path)
    {
        byte[] name = System.Text.Encoding.ASCII.GetBytes(structure);
        membersLookedAt = 0;
        // A name may occur more than once: source files may have private structures of one name.
        for (int id = 1; id < offsets.Length; id++)
        {
            if (KindOf(id) == Structure && IsNamed(Word(types.Span, offsets[id]), name) && OffsetIn(id, path.Split('.')) is { } offset)
                return offset;
        }

        return null;
    }

    private int? OffsetIn(int type, ReadOnlySpan<string> path)
    {
        long sum = 0;
        foreach (string name in path)
        {
            if (Find(type, System.Text.Encoding.ASCII.GetBytes(name), DeepestNesting) is not { } member) return null;
            sum += member.Offset;
            type = member.Type;
        }

        return sum is >= 0 and <= int.MaxValue ? (int)sum : null;
    }

    private (long Offset, int Type)? Find(int type, ReadOnlySpan<byte> name, int nesting)
    {
        if (Resolve(type) is not { } id || nesting == 0) return null;
        ReadOnlySpan<byte> all = types.Span;
        uint information = Word(all, offsets[id] + 4);
        for (int member = 0; member < (information & 0xffff); member++)
        {
            if (++membersLookedAt > MostMembersLookedAt) return null;
            int at = offsets[id] + 12 + member * 12;
            uint memberName = Word(all, at), memberType = Word(all, at + 4), bits = Word(all, at + 8);
            // If the flag is set, the upper byte is the width of a bit field.
            if (information >> 31 != 0 && bits >> 24 != 0) continue;
            if (information >> 31 == 0 && bits % 8 != 0) continue;
            if (memberType >= (uint)offsets.Length) return null;
            if (IsNamed(memberName, name)) return (bits / 8, (int)memberType);
            if (IsNamed(memberName, default) && Find((int)memberType, name, nesting - 1) is { } within)
                return (bits / 8 + within.Offset, within.Type);
        }

        return null;
    }

    /// <summary>
    /// The structure or union behind typedefs and qualifiers (typedef 8, volatile 9, const 10, restrict 11, type tag 18).
    /// </summary>
    private int? Resolve(int id)
    {
        for (int step = 0; step < 16 && id > 0 && id < offsets.Length; step++)
        {
            if (KindOf(id) is Structure or Union) return id;
            if (KindOf(id) is not (8 or 9 or 10 or 11 or 18)) return null;
            uint next = Word(types.Span, offsets[id] + 8);
            if (next >= (uint)offsets.Length) return null;
            id = (int)next;
        }

        return null;
    }

    private int KindOf(int id) => (int)(Word(types.Span, offsets[id] + 4) >> 24 & 31);

    private bool IsNamed(uint offset, ReadOnlySpan<byte> name) =>
        offset < strings.Length - (uint)name.Length && strings.Length > name.Length
        && strings.Span.Slice((int)offset, name.Length).SequenceEqual(name) && strings.Span[(int)offset + name.Length] == 0;

    /// <summary>Where each type's record begins; ids count from 1.</summary>
    private static int[]? OffsetsIn(ReadOnlySpan<byte> types)
    {
        var offsets = new List<int>(types.Length / 40) { 0 };
        for (int at = 0; at < types.Length;)
        {
            if (types.Length - at < 12) return null;
            uint information = Word(types, at + 4);
            if (SizeAfter((int)(information >> 24 & 31), (int)(information & 0xffff)) is not { } size || types.Length - at - 12 < size)
                return null;
            offsets.Add(at);
            at += 12 + size;
        }

        return [.. offsets];
    }

    /// <summary>Bytes after the common part of a record; null for unknown kinds.</summary>
    private static int? SizeAfter(int kind, int count) => kind switch
    {
        1 or 14 or 17 => 4, // integer, variable, declaration tag
        3 => 12, // array
        Structure or Union or 15 or LargestKind => 12 * count, // and data section, 64-bit enumeration
        6 or 13 => 8 * count, // enumeration, function prototype
        2 or 7 or (>= 8 and <= 12) or 16 or 18 => 0,
        _ => null,
    };

    private static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
