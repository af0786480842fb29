using System.Buffers.Binary;
using Lethe.Scanning.Kernel;

namespace Lethe.Tests.Scanning.Pages;

/// <summary>Pages without references in a small machine: those on a processor's list are free, others are not.</summary>
public sealed class PerCpuFreeListsTests
{
    private const int Pages = 1024, PageSize = 4096, StructSize = 64, Links = 8, MapCount = 48, Count = 52;
    private const int Sections = 0x10000, Root = 0x11000, Tables = 0x20000, Structs = 0x200000, Heads = 0x300000, ListCount = 14;
    private const ulong DirectMap = 0xffff888000000000, Poison = 0xdead000000000100;

    private static readonly VmCoreInfo Note = VmCoreInfo.Parse(
        SampleNote.Of(0xffffffff80000000 + Tables, DirectMap + Sections, physicalBase: 0)
    )!;

    private readonly byte[] memory = new byte[Pages * PageSize];

    public PerCpuFreeListsTests()
    {
        // One page of 1 GiB maps all of it: entry 273 of the topmost table, the first of the next; present, writable, large.
        Write(Tables + 273 * 8, Tables + PageSize | 3);
        Write(Tables + PageSize, 1 | 2 | 1 << 7);
        Write(Sections, DirectMap + Root);
        Write(Root, DirectMap + Structs);
        for (int page = 0; page < Pages; page++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(memory.AsSpan(Structs + page * StructSize + MapCount), -1);
            SetReferences(page, 1);
        }

        for (int list = 0; list < ListCount; list++) Put(list);
    }

    [Fact]
    public void Pages_on_a_list_are_free_with_all_that_their_order_says()
    {
        Put(1, 20, 30, 25);
        Put(7, 40, 48);
        Put(12, 512);
        int[] free = [20, 25, 30, .. Enumerable.Range(40, 4), .. Enumerable.Range(48, 4), .. Enumerable.Range(512, 512)];
        foreach (int page in free) SetReferences(page, 0);
        Assert.Equal(free, Told(PageState.FreePerCpu));
    }

    [Fact]
    public void Kernels_with_one_order_only_have_three_lists()
    {
        for (int list = 0; list < 11; list++) Write(Heads + list * 16, 0x0000002000000001);
        Put(13, 60);
        foreach (int page in (int[])[60, 61, 62]) SetReferences(page, 0);
        Assert.Equal([60], Told(PageState.FreePerCpu));
    }

    [Fact]
    public void Pages_in_no_list_are_parts_of_something_larger()
    {
        Put(0, 70);
        // As they were never in a list, were taken from one, are used as others' tails, or say what was true once.
        Link(80, AddressOf(80), AddressOf(80));
        Link(81, Poison, Poison + 0x22);
        Link(82, 0, 0);
        Link(83, AddressOf(70), AddressOf(70));
        Link(84, DirectMap + (ulong)memory.Length, DirectMap + (ulong)memory.Length);
        foreach (int page in (int[])[70, 80, 81, 82, 83, 84]) SetReferences(page, 0);
        Assert.Equal([70], Told(PageState.FreePerCpu));
        Assert.Superset(new HashSet<int>([80, 81, 82, 83, 84]), Told(PageState.Other).ToHashSet());
    }

    [Fact]
    public void A_list_that_runs_in_a_circle_comes_to_an_end()
    {
        Link(90, AddressOf(91), AddressOf(92));
        Link(91, AddressOf(92), AddressOf(90));
        Link(92, AddressOf(91), AddressOf(91));
        foreach (int page in (int[])[90, 91, 92]) SetReferences(page, 0);
        Assert.All(Told(PageState.FreePerCpu), page => Assert.InRange(page, 90, 92));
    }

    private int[] Told(PageState state)
    {
        PageStates states = PageStates.Of(new ArrayMemory(memory), Note);
        return [.. Enumerable.Range(0, Pages).Where(page => states.StateOf(page) == state)];
    }

    /// <summary>Fills one of the processor's lists.</summary>
    private void Put(int list, params int[] pages)
    {
        ulong head = DirectMap + Heads + (ulong)list * 16;
        ulong[] ring = [head, .. pages.Select(AddressOf)];
        for (int at = 0; at < ring.Length; at++)
        {
            int place = (int)(ring[at] - DirectMap);
            Write(place, ring[(at + 1) % ring.Length]);
            Write(place + 8, ring[(at + ring.Length - 1) % ring.Length]);
        }
    }

    private void Link(int page, ulong next, ulong previous)
    {
        Write(Structs + page * StructSize + Links, next);
        Write(Structs + page * StructSize + Links + 8, previous);
    }

    /// <summary>Where a page's own links lie.</summary>
    private static ulong AddressOf(int page) => DirectMap + Structs + (ulong)(page * StructSize + Links);

    private void SetReferences(int page, int count) =>
        BinaryPrimitives.WriteInt32LittleEndian(memory.AsSpan(Structs + page * StructSize + Count), count);

    private void Write(int place, ulong word) => BinaryPrimitives.WriteUInt64LittleEndian(memory.AsSpan(place), word);
}
