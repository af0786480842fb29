using System.Buffers.Binary;
using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// An ELF core of a process (gcore, the kernel's core dumps) or of a machine (QEMU dump-guest-memory, makedumpfile -E, /proc/vmcore).
/// For the structures see the System V ABI; for more than 65534 segments see elf(5), PN_XNUM.
/// </summary>
internal static class ElfCore
{
    private const int HeaderSize = 64, SegmentSize = 56, SectionSize = 64;
    private const int SegmentSize32 = 32, SectionSize32 = 40;
    private const ushort CoreType = 4, ManySegments = 0xffff;
    internal const uint Load = 1;
    private const uint Note = 4;

    /// <summary>More than any core has. It bounds the cost of a false count.</summary>
    private const int MostSegments = 1 << 20;

    /// <summary>An entry of the segment table: kind, offset in the file, addresses, bytes in the file.</summary>
    internal readonly record struct Segment(uint Type, ulong Offset, ulong Virtual, ulong Physical, ulong Length);

    /// <summary>Whether these are the first bytes of an ELF core: little-endian, 32 or 64 bits, ET_CORE.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) =>
        head.Length >= HeaderSize && head.StartsWith("\u007fELF"u8) && head[4] is 1 or 2 && head[5] == 1
        && BinaryPrimitives.ReadUInt16LittleEndian(head[16..]) == CoreType;

    /// <exception cref="SourceException">The segment table cannot be read.</exception>
    public static Source Open(string name, IStorage storage, ReadOnlySpan<byte> head)
    {
        List<Segment> segments = ReadSegments(name, storage, head, out List<string> defects);
        ElfNotes notes = NotesOf(storage, segments);
        bool machine =
            notes.AreOfMachine || segments.Exists(segment => segment.Type == Load && segment.Physical is not (0 or ulong.MaxValue));
        var parts = new List<Part>();
        var memory = new List<MemoryStretch>();
        // In the order of the file, and each byte once: bytes that segments share need not be searched twice.
        long covered = 0;
        foreach (Segment segment in segments.OrderBy(segment => segment.Offset))
        {
            if (segment.Length == 0) continue;
            if (segment.Offset > long.MaxValue || segment.Length > long.MaxValue - segment.Offset)
            {
                defects.Add($"a segment lies outside any file (offset {segment.Offset}, {segment.Length} bytes)");
                continue;
            }

            ulong? physical =
                machine && segment.Type == Load && PhysicalAddress.IsPossible(segment.Physical, segment.Length) ? segment.Physical : null;
            if (physical is { } address) memory.Add(new MemoryStretch((long)address, (long)segment.Offset, (long)segment.Length));
            long skipped = Math.Max(0, covered - (long)segment.Offset), left = (long)segment.Length - skipped;
            if (left <= 0) continue;
            parts.Add(new Part((long)segment.Offset + skipped, left, physical + (ulong)skipped)
            {
                VirtualAddress = !machine && segment.Type == Load ? unchecked(segment.Virtual + (ulong)skipped) : null,
            });
            covered = (long)segment.Offset + (long)segment.Length;
        }

        return new PlainSource(name, "elf-core", storage, parts, defects)
        {
            PhysicalMemory = machine ? new PlainMemory(storage, memory) : null,
            Note = notes.Kernel,
        };
    }

    /// <summary>Reads the notes in these segments.</summary>
    internal static ElfNotes NotesOf(IStorage storage, IEnumerable<Segment> segments) =>
        new(storage, segments.Where(segment => segment.Type == Note).Select(segment => (segment.Offset, segment.Length)));

    /// <summary>Reads the segment table. Only segments with memory or notes are returned.</summary>
    /// <exception cref="SourceException">The table cannot be read.</exception>
    internal static List<Segment> ReadSegments(string name, IStorage storage, ReadOnlySpan<byte> head, out List<string> defects)
    {
        bool wide = head[4] == 2;
        ulong table = wide ? BinaryPrimitives.ReadUInt64LittleEndian(head[32..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[28..]);
        int step = BinaryPrimitives.ReadUInt16LittleEndian(head[(wide ? 54 : 42)..]);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(head[(wide ? 56 : 44)..]);
        if (count == ManySegments) count = CountInFirstSection(storage, head, wide) ?? count;
        if (step < (wide ? SegmentSize : SegmentSize32))
            throw new SourceException($"{name}: ELF core with segment headers of {step} bytes", PlainBytes.Hint);
        if (table > (ulong)Math.Max(0, storage.Length))
            throw new SourceException($"{name}: ELF core whose segment table lies behind its end", PlainBytes.Hint);

        defects = [];
        long room = (storage.Length - (long)table) / step, readable = Math.Min(Math.Min(count, room), MostSegments);
        if (readable < count) defects.Add($"{count - readable} of {count} segment headers are not there");
        var segments = new List<Segment>();
        using var window = new Window(storage, 64 * 1024);
        for (long index = 0; index < readable; index++)
        {
            if (!window.TryGet((long)table + index * step, wide ? SegmentSize : SegmentSize32, out int at, out string? problem))
            {
                defects.Add($"segment headers from {index} on cannot be read: {problem}");
                break;
            }

            ReadOnlySpan<byte> header = window.Buffer.AsSpan(at);
            Segment segment = wide ? Wide(header) : Narrow(header);
            if (segment.Type is Load or Note) segments.Add(segment);
        }

        return segments;
    }

    private static Segment Wide(ReadOnlySpan<byte> header) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(header),
        BinaryPrimitives.ReadUInt64LittleEndian(header[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(header[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
        BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));

    private static Segment Narrow(ReadOnlySpan<byte> header) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(header),
        BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[12..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[16..]));

    // The count is in sh_info of the first section header.
    private static long? CountInFirstSection(IStorage storage, ReadOnlySpan<byte> head, bool wide)
    {
        ulong sections = wide ? BinaryPrimitives.ReadUInt64LittleEndian(head[40..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[32..]);
        Span<byte> section = stackalloc byte[wide ? SectionSize : SectionSize32];
        if (sections is 0 or > long.MaxValue || storage.ReadAll((long)sections, section) is not null) return null;
        return BinaryPrimitives.ReadUInt32LittleEndian(section[(wide ? 44 : 28)..]);
    }
}
