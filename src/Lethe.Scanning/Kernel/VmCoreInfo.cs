using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lethe.Scanning.Kernel;

/// <summary>
/// A Linux kernel's description of its own layout: the text of the ELF note that it keeps in its memory for crash dumps
/// (kernel/crash_core.c up to 6.8, kernel/vmcore_info.c after).
/// </summary>
public sealed partial class VmCoreInfo
{
    /// <summary>Bytes of the longest text that is read. The kernel's own has one page (CRASH_CORE_NOTE_DESC_BYTES).</summary>
    internal const int LongestNote = 64 * 1024;

    private const int PageSize = 4096;

    private readonly Dictionary<string, string> entries;

    private VmCoreInfo(Dictionary<string, string> entries) => this.entries = entries;

    // ELF note header: name size 11, text size, type 0, then the name.
    private static ReadOnlySpan<byte> NoteStart => "\u000b\0\0\0....\0\0\0\0VMCOREINFO\0"u8;

    /// <summary>The kernel's release, as uname prints it; empty when the note has none.</summary>
    public string Release => entries.GetValueOrDefault("OSRELEASE", "");

    /// <summary>Major and minor number of the release; null when it does not begin with two numbers.</summary>
    internal Version? Version =>
        ReleaseNumbers().Match(Release) is { Success: true } match && System.Version.TryParse(match.Value, out Version? version)
            ? version
            : null;

    /// <summary>Finds all notes in a memory image. There is normally one, but a program may hold text that looks like one.</summary>
    /// <remarks>The kernel's own lies at the start of a page (alloc_pages_exact since Linux 4.13).</remarks>
    public static IEnumerable<VmCoreInfo> Find(IPhysicalMemory memory)
    {
        byte[] start = new byte[NoteStart.Length];
        foreach ((long offset, long length) in memory.DataRanges())
        {
            for (long at = (offset + PageSize - 1) & -PageSize; at < offset + length; at += PageSize)
            {
                if (memory.TryRead((ulong)at, start) && NextStart(start, 0) == 0 && At(memory, (ulong)at) is { } note) yield return note;
            }
        }
    }

    /// <summary>Finds the next page that begins like a note.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="from">Offset in them of the first page to look at.</param>
    /// <returns>The offset of that page; negative when there is none.</returns>
    internal static int NextStart(ReadOnlySpan<byte> bytes, int from)
    {
        for (int at = from; at <= bytes.Length - NoteStart.Length; at += PageSize)
        {
            ReadOnlySpan<byte> start = bytes.Slice(at, NoteStart.Length);
            if (start[..4].SequenceEqual(NoteStart[..4]) && start[8..].SequenceEqual(NoteStart[8..])) return at;
        }

        return -1;
    }

    /// <summary>The note at an address; null when there is none.</summary>
    /// <param name="memory">The image.</param>
    /// <param name="address">Physical address of the start of a page.</param>
    public static VmCoreInfo? At(IPhysicalMemory memory, ulong address)
    {
        Span<byte> size = stackalloc byte[4];
        if (!memory.TryRead(address + 4, size)) return null;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length is 0 or > LongestNote) return null;
        byte[] text = new byte[length];
        return memory.TryRead(address + 24, text) ? Parse(text) : null;
    }

    /// <summary>Parses the text of a note, which has one KEY=VALUE in each line.</summary>
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
    /// <exception cref="UnknownLayoutException">The note does not have it, or its value is malformed.</exception>
    public ulong Symbol(string name) => Number($"SYMBOL({name})", hexadecimal: true);

    /// <summary>A symbol's address; null when this kernel's note does not have it.</summary>
    /// <exception cref="UnknownLayoutException">Its value is malformed.</exception>
    public ulong? SymbolIfPresent(string name) => entries.ContainsKey($"SYMBOL({name})") ? Symbol(name) : null;

    /// <summary>A field's offset in its structure, in bytes.</summary>
    /// <exception cref="UnknownLayoutException">The note does not have it, or its value is malformed or above 65536.</exception>
    public int Offset(string field) => Bounded($"OFFSET({field})");

    /// <summary>A field's offset in its structure, in bytes; null when this kernel's note does not have it.</summary>
    internal int? OffsetIfPresent(string field) => entries.ContainsKey($"OFFSET({field})") ? Offset(field) : null;

    /// <summary>A structure's size, in bytes.</summary>
    /// <exception cref="UnknownLayoutException">The note does not have it, or its value is malformed or above 65536.</exception>
    public int Size(string structure) => Bounded($"SIZE({structure})");

    /// <summary>A number. Negative ones are in two's complement.</summary>
    /// <exception cref="UnknownLayoutException">The note does not have it, or its value is malformed.</exception>
    public ulong Number(string name) => Number($"NUMBER({name})", hexadecimal: false);

    /// <summary>A number; null when this kernel's note does not have it.</summary>
    /// <exception cref="UnknownLayoutException">Its value is malformed.</exception>
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
        if (!hexadecimal && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long signed))
            return (ulong)signed;
        if (!hexadecimal && text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value)) return value;
        throw new UnknownLayoutException($"VMCOREINFO says {key}={text}");
    }

    [GeneratedRegex(@"^\d{1,9}\.\d{1,9}")]
    private static partial Regex ReleaseNumbers();
}
