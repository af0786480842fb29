using System.Buffers.Binary;
using Lethe.Lab.Image;
using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;
using Lethe.Linux;
using Lethe.Media;
using Lethe.Scanning;

namespace Lethe.Tests.Lab;

/// <summary>What the raw memory says of each page, against what the guest's own kernel says in /proc/kpageflags.</summary>
public sealed class PageStateTests
{
    // include/uapi/linux/kernel-page-flags.h
    private const int Slab = 7, Buddy = 10, Anonymous = 12, SwapBacked = 14, Huge = 17, NoPage = 20, PageTable = 26, Reserved = 32, MemoryMapped = 11;

    [Theory]
    [InlineData("debian-6.1")]
    [InlineData("debian-6.12")]
    public async Task The_dump_and_the_guests_kernel_agree(string kernel)
    {
        var cancel = TestContext.Current.CancellationToken;
        var files = Laboratory.Kernel(kernel);
        var specification = new MachineSpecification(
            files.Image, new GuestImage(Laboratory.Cache).Build(ShippedLethe.Path, files), "", 512 << 20, 64 << 20, "tcg", new ToolsDisk(Laboratory.Cache).Build());
        (VirtualMachine machine, GuestState state) = await VirtualMachine.Boot(specification, TimeSpan.FromSeconds(120), cancel);
        await using (machine)
        {
            // Something of each kind that is looked at.
            GuestMessage planted = await machine.Ask(new PlantOrder("huge-page-pool/exit", 1UL << 63, 8 << 20).ToMessage(), TimeSpan.FromSeconds(60), cancel);
            Assert.Equal(GuestMessage.Planted, planted.Kind);
            GuestMessage copied = await machine.Ask(new GuestMessage(GuestMessage.Copy, $"/proc/kpageflags {Place.ScratchDevice}"), TimeSpan.FromSeconds(60), cancel);
            Assert.Equal(GuestMessage.Copied, copied.Kind);
            await machine.Stop(cancel);

            PageStates pages = PageStates.Of(new MemoryFileImage(machine.Places[Place.Ram]));
            Assert.Equal(state.Kernel, pages.Release);
            Compare(pages, FlagsOn(machine.Places[Place.ScratchDisk], 512 << 8));
        }
    }

    private static void Compare(PageStates pages, ulong[] flags)
    {
        var disagreements = new Dictionary<string, int>();
        int compared = 0, huge = 0;
        for (int frame = 0; frame < flags.Length; frame++)
        {
            PageState seen = pages.StateOf(frame);
            if (seen == PageState.HugePage) huge++;
            if (Expected(flags[frame]) is not { } expected) continue;
            compared++;
            if (seen == expected) continue;
            string kind = $"{expected} seen as {seen}";
            disagreements[kind] = disagreements.GetValueOrDefault(kind) + 1;
        }

        string all = string.Join(", ", disagreements);
        Assert.True(compared > flags.Length / 2, $"only {compared} pages could be compared");
        // The guest ran on between its listing and the dump, so a few pages changed hands.
        Assert.True(disagreements.Values.Sum() * 100 < compared, $"{disagreements.Values.Sum()} of {compared}: {all}");
        Assert.Equal(4 * 512, huge);
    }

    private static PageState? Expected(ulong flags) => flags switch
    {
        _ when Has(flags, NoPage) => null,
        _ when Has(flags, Buddy) => PageState.Free,
        _ when Has(flags, Huge) => PageState.HugePage,
        _ when Has(flags, Slab) => PageState.Slab,
        _ when Has(flags, PageTable) => PageState.PageTable,
        _ when Has(flags, Reserved) => PageState.Reserved,
        _ when Has(flags, Anonymous) => PageState.Anonymous,
        _ when Has(flags, MemoryMapped) => Has(flags, SwapBacked) ? PageState.SharedMemory : PageState.PageCache,
        _ => null,
    };

    private static bool Has(ulong flags, int bit) => (flags >> bit & 1) != 0;

    private static unsafe ulong[] FlagsOn(MemoryFile disk, int pages)
    {
        ulong[] flags = new ulong[pages];
        for (int page = 0; page < pages; page++)
            flags[page] = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(disk.Start + page * 8L, 8));
        return flags;
    }
}
