using System.Buffers.Binary;

namespace Lethe.Scanning;

/// <summary>Reads kernel virtual addresses in a physical memory image of an x86-64 machine, through its page tables.</summary>
public sealed class KernelAddressSpace
{
    // Where the kernel's text is mapped: Documentation/arch/x86/x86_64/mm.rst.
    private const ulong TextStart = 0xffffffff80000000;
    private const ulong FrameMask = 0x000ffffffffff000;
    private const ulong Present = 1, Large = 1 << 7;

    private readonly IPhysicalMemory memory;
    private readonly ulong root;
    private readonly int levels;
    private readonly Dictionary<ulong, ulong?> translated = [];

    /// <summary>Finds the kernel's own page tables.</summary>
    /// <exception cref="UnknownLayoutException">The note lacks what is needed.</exception>
    public KernelAddressSpace(IPhysicalMemory memory, VmCoreInfo layout)
    {
        this.memory = memory;
        root = layout.Symbol("swapper_pg_dir") - TextStart + layout.Number("phys_base");
        levels = layout.NumberIfPresent("pgtable_l5_enabled") is 1 ? 5 : 4;
    }

    /// <summary>Copies bytes from a virtual address; they may not cross a page border.</summary>
    /// <returns>False when nothing is mapped there.</returns>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        ulong page = address & ~0xfffUL;
        if (!translated.TryGetValue(page, out ulong? physical)) translated[page] = physical = Translate(page);
        return physical is { } frame && memory.TryRead(frame + (address - page), destination);
    }

    /// <summary>Reads eight bytes.</summary>
    /// <returns>Null when nothing is mapped there.</returns>
    public ulong? ReadWord(ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        return TryRead(address, bytes) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : null;
    }

    private ulong? Translate(ulong address)
    {
        ulong table = root;
        Span<byte> bytes = stackalloc byte[8];
        for (int level = levels; level >= 1; level--)
        {
            int shift = 12 + 9 * (level - 1);
            ulong index = (address >> shift) & 511;
            if (!memory.TryRead(table + index * 8, bytes)) return null;
            ulong entry = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            if ((entry & Present) == 0) return null;
            if (level == 1) return entry & FrameMask;
            if (level <= 3 && (entry & Large) != 0)
            {
                ulong within = (1UL << shift) - 1;
                return (entry & FrameMask & ~within) | (address & within);
            }

            table = entry & FrameMask;
        }

        return null;
    }
}
