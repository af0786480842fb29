namespace Lethe.Scanning.Kernel;

/// <summary>The kernel's array of struct page: one for each physical page of the machine.</summary>
internal sealed class StructPageArray
{
    // x86-64 can address 2^52 bytes. No machine has more than 64 TiB, and a false length must not lead to a large table.
    private const long MostMemory = 1L << 46;

    private readonly KernelAddressSpace kernel;
    private readonly StructPageLayout layout;
    private readonly ulong[] sections;
    private readonly ulong start;

    /// <exception cref="UnknownLayoutException">The note lacks what is needed.</exception>
    public StructPageArray(IPhysicalMemory memory, VmCoreInfo note, KernelAddressSpace kernel, StructPageLayout layout)
    {
        this.kernel = kernel;
        this.layout = layout;
        sections = ReadSections(Math.Min(memory.Length, MostMemory), note);
        start = sections.FirstOrDefault(section => section != 0);
    }

    /// <summary>Bytes of one struct page.</summary>
    public int Size => layout.Size;

    /// <summary>The address of the struct of a page.</summary>
    /// <returns>Null when the machine has no such page.</returns>
    public ulong? AddressOf(long frame)
    {
        long section = frame >> (layout.SectionBits - 12);
        if (section < 0 || section >= sections.Length || sections[section] == 0) return null;
        return sections[section] + (ulong)frame * (ulong)layout.Size;
    }

    /// <summary>The page whose struct is at an address. All sections lie in one virtual array (SPARSEMEM_VMEMMAP).</summary>
    /// <returns>Its page frame number; null when no struct page begins there.</returns>
    public long? FrameAt(ulong address)
    {
        long frame = (long)((address - start) / (ulong)layout.Size);
        return AddressOf(frame) == address ? frame : null;
    }

    /// <summary>The struct of a page.</summary>
    /// <returns>Null when the machine has no such page or the struct is not in the memory.</returns>
    public StructPage? Read(long frame) => AddressOf(frame) is { } address ? ReadAt(address) : null;

    /// <summary>The struct at an address.</summary>
    /// <returns>Null when it is not in the memory.</returns>
    public StructPage? ReadAt(ulong address)
    {
        Span<byte> bytes = stackalloc byte[layout.Size];
        return kernel.TryRead(address, bytes) ? layout.Parse(bytes, address) : null;
    }

    /// <summary>Copies the structs of consecutive pages of one memory section.</summary>
    /// <returns>False when not all of them are in the memory.</returns>
    public bool TryReadRun(long first, Span<byte> structs) => AddressOf(first) is { } address && kernel.TryRead(address, structs);

    /// <summary>
    /// SPARSEMEM: mem_section points to pages full of section descriptors. A descriptor's map, less some low flag bits, is the
    /// address that the array of struct page would have if it began at frame 0 (include/linux/mmzone.h).
    /// </summary>
    private ulong[] ReadSections(long length, VmCoreInfo note)
    {
        int size = note.Size("mem_section");
        int mapOffset = note.Offset("mem_section.section_mem_map");
        if (size is 0 or > 4096) throw new UnknownLayoutException($"struct mem_section has {size} bytes");
        int perRoot = 4096 / size;
        ulong[] maps = new ulong[(length + (1L << layout.SectionBits) - 1) >> layout.SectionBits];
        for (int section = 0; section < maps.Length; section++)
        {
            ulong? root = kernel.ReadWord(note.Symbol("mem_section") + (ulong)(section / perRoot * 8));
            if (root is null or 0) continue;
            maps[section] = (kernel.ReadWord(root.Value + (ulong)(section % perRoot * size + mapOffset)) ?? 0) & ~0xfffUL;
        }

        return maps;
    }
}
