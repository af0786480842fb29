using System.Buffers.Binary;

namespace Lethe.Scanning.Kernel;

/// <summary>The fields of one struct page that show what the page is.</summary>
/// <param name="Flags">The PG_ bits.</param>
/// <param name="Type">The page type. Typed pages have it in place of the map count.</param>
/// <param name="Count">References.</param>
/// <param name="Mapping">The object that the page belongs to. The lowest bits give the kind of that object.</param>
/// <param name="Private">The order, for free blocks.</param>
/// <param name="HeadAddress">For tail pages of a compound page: the address of the struct of its first page. Else null.</param>
/// <param name="Dtor">The byte that names a compound page's destructor. It is in the second page (before 6.6).</param>
internal readonly record struct StructPage(ulong Flags, uint Type, int Count, ulong Mapping, ulong Private, ulong? HeadAddress, byte Dtor)
{
    /// <summary>
    /// Whether the word of the map count holds a type, which says what the kernel uses the page for. A count is -1 or more.
    /// </summary>
    public bool HasType => (int)Type < -1;
}

/// <summary>Where the fields of struct page are in one kernel, and how that kernel marks what a page is.</summary>
internal sealed class StructPageLayout
{
    // include/linux/page-flags.h: until 6.10 types are cleared bits under 0xf; since 6.11 they are values of the top byte.
    // Up to 5.10 the bit that later meant page tables marked pages charged to a control group (PG_kmemcg).
    private const uint OldTypeBase = 0xf0000000, OldTableBit = 0x00000200, OldestTableBit = 0x00000400;
    private const uint NewTableType = 0xf2;
    private static readonly Version FirstOfOldTableBit = new(5, 11);

    // Masks are those of compound pages up to 16 GiB (MAX_FOLIO_ORDER), with room. The addresses of the array are far below them.
    private const ulong LowestMask = 0xffffff0000000000;

    private readonly int flags, type, count, mapping, order, head;
    private readonly int? dtor;
    private readonly uint buddy;
    private readonly uint? slabType, hugePageType;
    private readonly uint? tableBit;
    private readonly ulong? slabBit, hugePageDtor;
    private readonly ulong swapBackedBit, reservedBit, headMask;

    public StructPageLayout(VmCoreInfo note)
    {
        Size = note.Size("page");
        SectionBits = (int)note.Number("SECTION_SIZE_BITS");
        flags = note.Offset("page.flags");
        type = note.Offset("page._mapcount");
        count = note.Offset("page._refcount");
        mapping = note.Offset("page.mapping");
        order = note.Offset("page.private");
        // Renamed in 7.x (seen in 7.3). There the word is a mask if the size of struct page is a power of two.
        head = note.OffsetIfPresent("page.compound_info") ?? note.Offset("page.compound_head");
        buddy = (uint)note.Number("PAGE_BUDDY_MAPCOUNT_VALUE");
        slabType = (uint?)note.NumberIfPresent("PAGE_SLAB_MAPCOUNT_VALUE");
        hugePageType = (uint?)note.NumberIfPresent("PAGE_HUGETLB_MAPCOUNT_VALUE");
        slabBit = note.NumberIfPresent("PG_slab");
        hugePageDtor = note.NumberIfPresent("HUGETLB_PAGE_DTOR");
        if (hugePageDtor is not null) dtor = note.Offset("page.compound_dtor");
        swapBackedBit = note.Number("PG_swapbacked");
        tableBit = note.Version is not { } version ? null : version < FirstOfOldTableBit ? OldestTableBit : OldTableBit;
        // PG_reserved itself is not exported. It comes right before PG_private in all these kernels.
        reservedBit = note.Number("PG_private") - 1;
        headMask = note.NumberIfPresent("PG_head_mask") ?? 0;
        int last = new[] { flags, type, count, mapping, order, head }.Max() + 8;
        if (Size is < 32 or > 256 || last > Size || SectionBits is < 20 or > 40 || dtor >= Size)
            throw new UnknownLayoutException($"struct page of {Size} bytes is not one this program knows");
    }

    public int Size { get; }

    /// <summary>Log2 of the bytes of a memory section.</summary>
    public int SectionBits { get; }

    private bool HasTypeValues => (buddy & 0x00ffffff) == 0;

    /// <param name="bytes">The struct.</param>
    /// <param name="address">The address of the struct.</param>
    public StructPage Parse(ReadOnlySpan<byte> bytes, ulong address) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[flags..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[type..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[count..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[mapping..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[order..]),
        HeadOf(BinaryPrimitives.ReadUInt64LittleEndian(bytes[head..]), address),
        dtor is { } at ? bytes[at] : (byte)0);

    public bool IsFreeBlock(StructPage page) => HasType(page, buddy);

    public bool IsSlab(StructPage page) =>
        slabType is { } wanted ? HasType(page, wanted) : slabBit is { } bit && HasFlag(page, bit);

    /// <summary>False for the many pages that are not the first of a compound page. Their second page need not be read.</summary>
    public bool MayBeHugePage(StructPage page) => headMask == 0 || (page.Flags & headMask) != 0;

    public bool IsHugePage(StructPage page, StructPage? second)
    {
        if (hugePageType is { } wanted) return HasType(page, wanted);
        return hugePageDtor is { } destructor && second is { } next && next.HeadAddress is not null && next.Dtor == destructor;
    }

    public bool IsPageTable(StructPage page) => HasTypeValues
        ? page.Type >> 24 == NewTableType
        : (page.Type & OldTypeBase) == OldTypeBase && tableBit is { } bit && (page.Type & bit) == 0;

    public bool IsReserved(StructPage page) => HasFlag(page, reservedBit);

    public bool IsSwapBacked(StructPage page) => HasFlag(page, swapBackedBit);

    /// <summary>
    /// The address of the first page's struct. Bit 0 marks tail pages. The rest is that address, or a mask which cuts this struct's own
    /// address down to it (_compound_head of 7.3).
    /// </summary>
    private static ulong? HeadOf(ulong word, ulong address) => (word & 1) == 0 ? null : word >= LowestMask ? address & word : word - 1;

    private bool HasType(StructPage page, uint wanted) =>
        HasTypeValues ? page.Type >> 24 == wanted >> 24 : page.Type == wanted;

    private static bool HasFlag(StructPage page, ulong bit) => (page.Flags >> (int)bit & 1) != 0;
}
