using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Lethe.Scanning;

/// <summary>
/// What a Linux kernel says about its own layout, in the ELF note it keeps in its memory for crash dumps
/// (kernel/crash_core.c up to 6.8, kernel/vmcore_info.c after).
/// </summary>
public sealed class VmCoreInfo
{
    /// <summary>Bytes of the longest text that is read; the kernel's has one page (CRASH_CORE_NOTE_DESC_BYTES).</summary>
    internal const int LongestNote = 64 * 1024;

    private readonly Dictionary<string, string> entries;

    private VmCoreInfo(Dictionary<string, string> entries) => this.entries = entries;

    /// <summary>The kernel's release, as uname says it.</summary>
    public string Release => entries.GetValueOrDefault("OSRELEASE", "");

    /// <summary>All notes found in a memory image; normally one, but a program may hold text that looks like one.</summary>
    /// <remarks>The kernel's own lies at the start of a page (alloc_pages_exact), so that is looked at first.</remarks>
    public static IEnumerable<VmCoreInfo> Find(IPhysicalMemory memory) => FindAtPageStarts(memory).Concat(FindAnywhere(memory));

    private static IEnumerable<VmCoreInfo> FindAtPageStarts(IPhysicalMemory memory)
    {
        byte[] start = new byte[NoteStart.Length];
        foreach ((long offset, long length) in memory.DataRanges())
        {
            for (long at = (offset + 4095) & ~4095L; at < offset + length; at += 4096)
            {
                if (memory.TryRead((ulong)at, start) && IsNoteStart(start) && Read(memory, (ulong)at) is { } note) yield return note;
            }
        }
    }

    // ELF note header: name size 11, text size, type 0, then the name.
    private static ReadOnlySpan<byte> NoteStart => "\u000b\0\0\0....\0\0\0\0VMCOREINFO\0"u8;

    private static bool IsNoteStart(ReadOnlySpan<byte> bytes) => bytes[..4].SequenceEqual(NoteStart[..4]) && bytes[8..].SequenceEqual(NoteStart[8..]);

    private static IEnumerable<VmCoreInfo> FindAnywhere(IPhysicalMemory memory)
    {
        const int Stretch = 1 << 20;
        byte[] buffer = new byte[Stretch + 32];
        foreach ((long offset, long length) in memory.DataRanges())
        {
            for (long at = offset; at < offset + length; at += Stretch)
            {
                int readable = (int)Math.Min(buffer.Length, memory.Length - at);
                if (!memory.TryRead((ulong)at, buffer.AsSpan(0, readable))) continue;
                foreach (int header in Headers(buffer.AsMemory(0, readable)))
                {
                    if (header < Stretch && Read(memory, (ulong)(at + header)) is { } note) yield return note;
                }
            }
        }
    }

    /// <summary>Parses a note's text: one KEY=VALUE a line.</summary>
    /// <returns>Null when the text is not such a note.</returns>
    public static VmCoreInfo? Parse(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("OSRELEASE="u8)) return null;
        var entries = new Dictionary<string, string>();
        foreach (string line in Encoding.ASCII.GetString(text).Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) entries[line[..equals]] = line[(equals + 1)..].TrimEnd('\0');
        }

        return new VmCoreInfo(entries);
    }

    /// <summary>A symbol's address.</summary>
    /// <exception cref="UnknownLayoutException">The note does not have it.</exception>
    public ulong Symbol(string name) => Number($"SYMBOL({name})", hexadecimal: true);

    /// <summary>A symbol's address, or null when this kernel's note does not have it.</summary>
    public ulong? SymbolIfPresent(string name) => entries.ContainsKey($"SYMBOL({name})") ? Symbol(name) : null;

    /// <summary>A field's offset in its structure, in bytes.</summary>
    /// <exception cref="UnknownLayoutException">The note does not have it.</exception>
    public int Offset(string field) => Bounded($"OFFSET({field})");

    /// <summary>A structure's size, in bytes.</summary>
    /// <exception cref="UnknownLayoutException">The note does not have it.</exception>
    public int Size(string structure) => Bounded($"SIZE({structure})");

    /// <summary>A number, two's complement when negative.</summary>
    /// <exception cref="UnknownLayoutException">The note does not have it.</exception>
    public ulong Number(string name) => Number($"NUMBER({name})", hexadecimal: false);

    /// <summary>A number, or null when this kernel's note does not have it.</summary>
    public ulong? NumberIfPresent(string name) => entries.ContainsKey($"NUMBER({name})") ? Number(name) : null;

    private int Bounded(string key)
    {
        ulong value = Number(key, hexadecimal: false);
        return value <= 65536 ? (int)value : throw new UnknownLayoutException($"VMCOREINFO says {key}={value}");
    }

    private ulong Number(string key, bool hexadecimal)
    {
        if (!entries.TryGetValue(key, out string? text)) throw new UnknownLayoutException($"VMCOREINFO has no {key}");
        if (hexadecimal && ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong value)) return value;
        if (!hexadecimal && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long signed)) return (ulong)signed;
        if (!hexadecimal && text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value)) return value;
        throw new UnknownLayoutException($"VMCOREINFO says {key}={text}");
    }

    private static IEnumerable<int> Headers(ReadOnlyMemory<byte> memory)
    {
        // ELF note header: name size 11, text size, type 0, then the name.
        for (int at = 0; at + 12 < memory.Length;)
        {
            int found = memory.Span[at..].IndexOf("VMCOREINFO\0"u8);
            if (found < 0) yield break;
            int header = at + found - 12;
            if (header >= 0 && BinaryPrimitives.ReadUInt32LittleEndian(memory.Span[header..]) == 11) yield return header;
            at += found + 1;
        }
    }

    private static VmCoreInfo? Read(IPhysicalMemory memory, ulong header)
    {
        Span<byte> size = stackalloc byte[4];
        if (!memory.TryRead(header + 4, size)) return null;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length is 0 or > LongestNote) return null;
        byte[] text = new byte[length];
        return memory.TryRead(header + 24, text) ? Parse(text) : null;
    }
}
