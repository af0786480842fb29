using System.Text;

namespace Lethe.Tests.Scanning;

/// <summary>What a kernel of Debian 12 says in its VMCOREINFO note of its pages.</summary>
internal static class SampleNote
{
    /// <summary>The note's text.</summary>
    /// <param name="pageTables">Where its topmost table is.</param>
    /// <param name="sections">Where its table of memory sections is.</param>
    /// <param name="physicalBase">What is added to addresses of the image.</param>
    public static byte[] Of(ulong pageTables, ulong sections, long physicalBase) => Encoding.ASCII.GetBytes($"""
        OSRELEASE=6.1.0-56-cloud-amd64
        PAGESIZE=4096
        SYMBOL(swapper_pg_dir)={pageTables:x}
        SYMBOL(mem_section)={sections:x}
        NUMBER(phys_base)={physicalBase}
        SIZE(page)=64
        SIZE(mem_section)=16
        OFFSET(mem_section.section_mem_map)=0
        NUMBER(SECTION_SIZE_BITS)=27
        OFFSET(page.flags)=0
        OFFSET(page.lru)=8
        OFFSET(page._refcount)=52
        OFFSET(page.mapping)=24
        OFFSET(page._mapcount)=48
        OFFSET(page.private)=40
        OFFSET(page.compound_head)=8
        OFFSET(page.compound_dtor)=16
        NUMBER(PG_private)=13
        NUMBER(PG_swapbacked)=19
        NUMBER(PG_slab)=9
        NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=-129
        NUMBER(HUGETLB_PAGE_DTOR)=2
        """);
}
