using System.Buffers.Binary;

namespace Lethe.Scanning.Kernel;

/// <summary>Reads kernel virtual addresses in a physical memory image of an x86-64 machine, through its page tables.</summary>
internal sealed class KernelAddressSpace
{
    // Where the kernel's text is mapped: Documentation/arch/x86/x86_64/mm.rst.
    private const ulong TextStart = 0xffffffff80000000;
    private const int PageSize = 4096, LargePageShift = 21;
    private const ulong LargePageMask = (1UL << LargePageShift) - 1;

    // Translations are kept only for speed, so their number can be bounded.
    private const int MostKept = 1 << 16;

    private readonly IPhysicalMemory memory;
    private readonly PageTables tables;
    private readonly int levels;
    private readonly ulong imageStart;
    private readonly Dictionary<ulong, ulong?> translated = [];

    // The kernel's image, its direct map and its array of struct page are mostly in large pages. One walk serves 2 MiB.
    private readonly Dictionary<ulong, ulong> large = [];

    /// <exception cref="UnknownLayoutException">The note lacks what is needed.</exception>
    public KernelAddressSpace(IPhysicalMemory memory, VmCoreInfo layout)
    {
        this.memory = memory;
        levels = layout.NumberIfPresent("pgtable_l5_enabled") is 1 ? 5 : 4;
        imageStart = layout.Number("phys_base") - TextStart;
        tables = new PageTables(memory, layout.Symbol("swapper_pg_dir") + imageStart, levels);
    }

    /// <summary>Copies bytes from a virtual address.</summary>
    /// <returns>False when not all of them are mapped. The destination is then undefined.</returns>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int within = (int)(address & (PageSize - 1));
            int length = Math.Min(destination.Length, PageSize - within);
            if (PhysicalPage(address - (ulong)within) is not { } page || !memory.TryRead(page + (ulong)within, destination[..length]))
                return false;
            destination = destination[length..];
            address += (ulong)length;
        }

        return true;
    }

    /// <summary>Reads eight bytes.</summary>
    /// <returns>Null when nothing is mapped there.</returns>
    public ulong? ReadWord(ulong address)
    {
        Span<byte> bytes = stackalloc byte[8];
        return TryRead(address, bytes) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : null;
    }

    /// <summary>The physical address of a virtual one, by the kernel's own page tables.</summary>
    /// <returns>Null when nothing is mapped there.</returns>
    public ulong? Translate(ulong address) =>
        PhysicalPage(address & ~(ulong)(PageSize - 1)) is { } page ? page + (address & (PageSize - 1)) : null;

    /// <summary>
    /// The virtual address of a physical one in the mapping of the kernel's image, whether or not it belongs to the image.
    /// </summary>
    internal ulong ImageAddressOf(ulong physical) => physical - imageStart;

    /// <param name="root">Kernel virtual address of its topmost table (mm_struct.pgd).</param>
    /// <returns>The page tables of a process; null when that address is not mapped.</returns>
    internal PageTables? TablesAt(ulong root) =>
        Translate(root) is { } physical ? new PageTables(memory, physical & PageTables.AddressMask, levels) : null;

    private ulong? PhysicalPage(ulong page)
    {
        if (large.TryGetValue(page >> LargePageShift, out ulong start)) return start | (page & LargePageMask);
        if (translated.TryGetValue(page, out ulong? physical)) return physical;
        if (translated.Count + large.Count >= MostKept)
        {
            translated.Clear();
            large.Clear();
        }

        physical = tables.Translate(page, out ulong pageBytes);
        if (pageBytes > PageSize) large[page >> LargePageShift] = physical!.Value & ~LargePageMask;
        else translated[page] = physical;
        return physical;
    }
}
