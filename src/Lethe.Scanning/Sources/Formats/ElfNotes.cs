using System.Buffers.Binary;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>The notes of an ELF core (elf(5), Nhdr): whether it is of a machine, and the kernel's own note.</summary>
internal sealed class ElfNotes
{
    // Notes take some hundred bytes for each processor and a few KiB. This is enough for a thousand processors.
    private const int LongestSegment = 1 << 20;

    /// <summary>Cores have one segment of notes. This bounds the cost of a false table.</summary>
    private const int MostSegments = 16;

    private const int HeaderSize = 12;

    /// <summary>Reads segments of notes.</summary>
    /// <param name="storage">The file.</param>
    /// <param name="segments">Offsets and lengths in the file, in bytes.</param>
    public ElfNotes(IStorage storage, IEnumerable<(ulong Offset, ulong Length)> segments)
    {
        foreach ((ulong offset, ulong length) in segments.Take(MostSegments))
        {
            if (offset > long.MaxValue) continue;
            byte[] notes = new byte[Math.Min(Math.Min(length, (ulong)storage.Length), LongestSegment)];
            if (storage.ReadAll((long)offset, notes) is null) Read(notes);
        }
    }

    /// <summary>Whether there are notes that only dumps of machines have: the kernel's VMCOREINFO, or QEMU's own.</summary>
    public bool AreOfMachine { get; private set; }

    /// <summary>The kernel's VMCOREINFO note; null when there is none.</summary>
    public VmCoreInfo? Kernel { get; private set; }

    private void Read(ReadOnlySpan<byte> notes)
    {
        while (notes.Length >= HeaderSize)
        {
            long nameLength = BinaryPrimitives.ReadUInt32LittleEndian(notes),
                textLength = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            long text = HeaderSize + Padded(nameLength), next = text + Padded(textLength);
            if (text + textLength > notes.Length) return;
            ReadOnlySpan<byte> name = notes.Slice(HeaderSize, (int)nameLength);
            bool isKernels = name.SequenceEqual("VMCOREINFO\0"u8);
            AreOfMachine |= isKernels || name.SequenceEqual("QEMU\0"u8);
            if (isKernels && textLength <= VmCoreInfo.LongestNote) Kernel ??= VmCoreInfo.Parse(notes.Slice((int)text, (int)textLength));
            notes = notes[(int)Math.Min(next, notes.Length)..];
        }
    }

    private static long Padded(long length) => (length + 3) & ~3L;
}
