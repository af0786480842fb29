using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Lethe.Scanning.Kernel;

/// <summary>How a kernel's symbol table stores addresses (kallsyms_sym_address in kernel/kallsyms.c).</summary>
internal enum SymbolOffsets
{
    /// <summary>Negative offsets count down from the base; others are absolute addresses (until 6.14).</summary>
    DownFromBase,

    /// <summary>All offsets count up from the base (since 6.15).</summary>
    UpFromBase,

    /// <summary>Each offset counts from its own address; there is no base (seen in 7.3).</summary>
    FromThemselves,
}

/// <summary>
/// The kernel's own symbol table (kernel/kallsyms.c, scripts/kallsyms.c). VMCOREINFO has pointed to it since
/// Linux 6.0. Malformed tables are refused.
/// </summary>
internal sealed class KernelSymbols
{
    private const int TokenCount = 256;

    // Distribution kernels have some 200,000, with 3 MiB of names.
    private const int MostSymbols = 1 << 21, MostNameBytes = 32 << 20;

    // KSYM_NAME_LEN of include/linux/kallsyms.h.
    private const int LongestName = 512;

    // Addresses in ascending order, and where each name begins. Names are decoded on demand: few of so many are ever needed.
    private readonly ulong[] addresses;
    private readonly int[] nameStarts;
    private readonly ReadOnlyMemory<byte> names;
    private readonly byte[][] tokens;

    private KernelSymbols(ulong[] addresses, int[] nameStarts, ReadOnlyMemory<byte> names, byte[][] tokens)
    {
        this.addresses = addresses;
        this.nameStarts = nameStarts;
        this.names = names;
        this.tokens = tokens;
    }

    /// <summary>Reads the tables out of a kernel's memory.</summary>
    /// <returns>Null when VMCOREINFO does not point to them (before 6.0) or they are malformed.</returns>
    public static KernelSymbols? Read(KernelAddressSpace kernel, VmCoreInfo note)
    {
        if (note.SymbolIfPresent("kallsyms_names") is not { } namesAt || note.SymbolIfPresent("kallsyms_num_syms") is not { } countAt
            || note.SymbolIfPresent("kallsyms_token_table") is not { } tableAt
            || note.SymbolIfPresent("kallsyms_token_index") is not { } indexAt
            || note.SymbolIfPresent("kallsyms_offsets") is not { } offsetsAt) return null;
        // In all these kernels the token table comes after the names, and the token index after that table.
        if (
            kernel.ReadWord(countAt) is not { } word
            || (uint)word > MostSymbols
            || tableAt - namesAt > MostNameBytes
            || indexAt - tableAt > ushort.MaxValue
        )
            return null;
        byte[] names = new byte[tableAt - namesAt],
            table = new byte[indexAt - tableAt],
            index = new byte[TokenCount * 2],
            offsets = new byte[(uint)word * 4L];
        if (
            !kernel.TryRead(namesAt, names)
            || !kernel.TryRead(tableAt, table)
            || !kernel.TryRead(indexAt, index)
            || !kernel.TryRead(offsetsAt, offsets)
        )
            return null;
        ulong known = note.Symbol("_stext");
        ulong? relativeBase = note.SymbolIfPresent("kallsyms_relative_base") is { } baseAt ? kernel.ReadWord(baseAt) : offsetsAt;
        SymbolOffsets[] forms = note.SymbolIfPresent("kallsyms_relative_base") is null
            ? [SymbolOffsets.FromThemselves]
            : [SymbolOffsets.DownFromBase, SymbolOffsets.UpFromBase];
        return relativeBase is null
            ? null
            : forms
                .Select(form => Parse(names, offsets, relativeBase.Value, table, index, form))
                .FirstOrDefault(symbols => symbols is not null && symbols.IsAt("_stext", known));
    }

    /// <summary>Decodes the tables.</summary>
    /// <param name="names">For each symbol a length and that many tokens. The first character is the symbol's type.</param>
    /// <param name="offsets">Four bytes for each symbol.</param>
    /// <param name="relativeBase">What the offsets are added to. If they count from themselves: the address of the offsets.</param>
    /// <param name="tokenTable">The texts of the tokens, each with a zero byte at its end.</param>
    /// <param name="tokenIndex">Where each token's text begins: 256 times two bytes.</param>
    /// <param name="form">What the offsets count from.</param>
    /// <returns>Null when the tables are malformed.</returns>
    public static KernelSymbols? Parse(
        ReadOnlyMemory<byte> names,
        ReadOnlySpan<byte> offsets,
        ulong relativeBase,
        ReadOnlySpan<byte> tokenTable,
        ReadOnlySpan<byte> tokenIndex,
        SymbolOffsets form
    )
    {
        if (Tokens(tokenTable, tokenIndex) is not { } tokens) return null;
        int count = offsets.Length / 4, kept = 0, at = 0;
        ulong[] addresses = new ulong[count];
        int[] nameStarts = new int[count];
        for (int symbol = 0; symbol < count; symbol++)
        {
            int start = at, offset = BinaryPrimitives.ReadInt32LittleEndian(offsets[(symbol * 4)..]);
            if (TakeName(names.Span, ref at).IsEmpty) return null;
            // Symbols of per-CPU data have offsets, not addresses.
            if (form == SymbolOffsets.DownFromBase && offset >= 0) continue;
            nameStarts[kept] = start;
            addresses[kept++] = form switch
            {
                SymbolOffsets.DownFromBase => relativeBase - 1 - (ulong)(long)offset,
                SymbolOffsets.UpFromBase => relativeBase + (uint)offset,
                _ => relativeBase + (ulong)symbol * 4 + (ulong)(long)offset,
            };
        }

        Array.Resize(ref addresses, kept);
        Array.Resize(ref nameStarts, kept);
        // The kernel's own tables are in this order already.
        for (int symbol = 1; symbol < kept; symbol++)
        {
            if (addresses[symbol] >= addresses[symbol - 1]) continue;
            Array.Sort(addresses, nameStarts);
            break;
        }

        return new KernelSymbols(addresses, nameStarts, names, tokens);
    }

    /// <returns>Null when there is no symbol of that name.</returns>
    public ulong? AddressOf(string name)
    {
        // From the end: the symbol of the kernel's own end is there.
        for (int index = addresses.Length - 1; index >= 0; index--)
        {
            if (NameOf(index) == name) return addresses[index];
        }

        return null;
    }

    /// <summary>
    /// An address as the kernel prints it (%pS): the last symbol up to it, and its distance from that symbol. The table has no
    /// sizes, so the address need not belong to that symbol.
    /// </summary>
    /// <returns>For example <c>__log_buf+0x3000</c>; null before the first symbol.</returns>
    public string? Describe(ulong address)
    {
        int index = FirstUpTo(address);
        return index >= 0 && NameOf(index) is { } name
            ? string.Create(CultureInfo.InvariantCulture, $"{name}+0x{address - addresses[index]:x}")
            : null;
    }

    private bool IsAt(string name, ulong address)
    {
        for (int index = FirstUpTo(address); index >= 0 && index < addresses.Length && addresses[index] == address; index++)
        {
            if (NameOf(index) == name) return true;
        }

        return false;
    }

    /// <summary>Index of the last symbol up to an address; the first of several at one address. Negative when there is none.</summary>
    private int FirstUpTo(ulong address)
    {
        int index = Array.BinarySearch(addresses, address);
        if (index < 0) index = ~index - 1;
        while (index > 0 && addresses[index - 1] == addresses[index]) index--;
        return index;
    }

    private static byte[][]? Tokens(ReadOnlySpan<byte> table, ReadOnlySpan<byte> index)
    {
        if (index.Length < TokenCount * 2) return null;
        byte[][] tokens = new byte[TokenCount][];
        for (int token = 0; token < TokenCount; token++)
        {
            int start = BinaryPrimitives.ReadUInt16LittleEndian(index[(token * 2)..]);
            int length = start < table.Length ? table[start..].IndexOf((byte)0) : -1;
            if (length is < 0 or > LongestName) return null;
            tokens[token] = table.Slice(start, length).ToArray();
        }

        return tokens;
    }

    /// <summary>The tokens of the next name. Since 6.1 a length over 127 has a second byte.</summary>
    /// <returns>Empty when it is malformed.</returns>
    private static ReadOnlySpan<byte> TakeName(ReadOnlySpan<byte> names, ref int at)
    {
        if (at >= names.Length) return [];
        int length = names[at++];
        if (length >= 0x80)
        {
            if (at >= names.Length) return [];
            length = (length & 0x7f) | names[at++] << 7;
        }

        if (names.Length - at < length) return [];
        at += length;
        return names.Slice(at - length, length);
    }

    /// <summary>A symbol's name without its type letter; null when it is malformed.</summary>
    private string? NameOf(int index)
    {
        int at = nameStarts[index], written = 0;
        Span<byte> text = stackalloc byte[LongestName];
        foreach (byte token in TakeName(names.Span, ref at))
        {
            if (tokens[token].Length > text.Length - written) return null;
            tokens[token].CopyTo(text[written..]);
            written += tokens[token].Length;
        }

        return written < 2 ? null : Encoding.ASCII.GetString(text[1..written]);
    }
}
