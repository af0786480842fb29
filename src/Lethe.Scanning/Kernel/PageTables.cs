using System.Buffers.Binary;

namespace Lethe.Scanning.Kernel;

/// <summary>Walks one set of x86-64 page tables in a physical memory (Intel SDM volume 3, chapter 5).</summary>
/// <param name="memory">Where the tables lie.</param>
/// <param name="root">Physical address of the topmost table.</param>
/// <param name="levels">4 or 5.</param>
internal sealed class PageTables(IPhysicalMemory memory, ulong root, int levels)
{
    /// <summary>Bits of an entry that hold a physical address.</summary>
    public const ulong AddressMask = 0x000ffffffffff000;

    private const ulong Present = 1, Large = 1 << 7;

    /// <summary>The physical address of a virtual one.</summary>
    /// <returns>Null when nothing is mapped there.</returns>
    public ulong? Translate(ulong address) => Translate(address, out _);

    /// <inheritdoc cref="Translate(ulong)"/>
    /// <param name="address">Virtual address.</param>
    /// <param name="pageBytes">Size of its page in bytes: 4 KiB, 2 MiB or 1 GiB; 0 when nothing is mapped there.</param>
    public ulong? Translate(ulong address, out ulong pageBytes)
    {
        pageBytes = 0;
        ulong table = root;
        Span<byte> bytes = stackalloc byte[8];
        for (int level = levels; level >= 1; level--)
        {
            int shift = 12 + 9 * (level - 1);
            ulong index = (address >> shift) & 511;
            if (!memory.TryRead(table + index * 8, bytes)) return null;
            ulong entry = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            if ((entry & Present) == 0) return null;
            if (level == 1 || (level <= 3 && (entry & Large) != 0))
            {
                pageBytes = 1UL << shift;
                ulong within = pageBytes - 1;
                return (entry & AddressMask & ~within) | (address & within);
            }

            table = entry & AddressMask;
        }

        return null;
    }
}
