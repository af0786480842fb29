using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;
using Lethe.Linux;
using Lethe.Media.Routes;
using Lethe.Scanning.Canaries;
using Lethe.Scanning.Kernel;

namespace Lethe.Tests.Lab;

/// <summary>What the raw memory says of each page, against what the guest's own kernel says in /proc/kpageflags.</summary>
public sealed partial class PageStateTests
{
    // include/uapi/linux/kernel-page-flags.h
    private const int Slab = 7,
        Buddy = 10,
        Anonymous = 12,
        SwapBacked = 14,
        Huge = 17,
        NoPage = 20,
        PageTable = 26,
        Reserved = 32,
        MemoryMapped = 11;

    private static readonly PageState[] Flagged =
    [
        PageState.Free,
        PageState.HugePage,
        PageState.Slab,
        PageState.PageTable,
        PageState.Reserved,
    ];

    [Theory]
    [InlineData("debian-5.10")]
    [InlineData("debian-6.1")]
    [InlineData("debian-6.12")]
    [InlineData("debian-6.18")]
    [InlineData("debian-7")]
    public async Task The_dump_and_the_guests_kernel_agree(string kernel)
    {
        var cancel = TestContext.Current.CancellationToken;
        (VirtualMachine machine, GuestState state) = await Laboratory.Machine(kernel, protectedWith: "");
        await using (machine)
        {
            // Something of each kind that is looked at; buffers of pipes are charged to the workload's control group, which some kernels
            // mark.
            foreach ((string route, long bytes) in new[] { ("huge-page-pool/exit", 8L << 20), ("kernel-buffers/pipe", 4L << 20) })
            {
                GuestMessage planted = await machine.Ask(
                    new PlantOrder(route, 1UL << 63, bytes).ToMessage(),
                    TimeSpan.FromSeconds(60),
                    cancel
                );
                Assert.True(planted.Kind == GuestMessage.Planted, planted.ToString());
            }

            GuestMessage copied = await machine.Ask(
                new GuestMessage(GuestMessage.Copy, $"/proc/kpageflags {Place.ScratchDevice}"),
                TimeSpan.FromSeconds(60),
                cancel
            );
            Assert.Equal(GuestMessage.Copied, copied.Kind);
            copied = await machine.Ask(
                new GuestMessage(GuestMessage.Copy, $"/proc/zoneinfo {Place.SwapDevice}"),
                TimeSpan.FromSeconds(60),
                cancel
            );
            Assert.Equal(GuestMessage.Copied, copied.Kind);
            await machine.Stop(cancel);

            PageStates pages = PageStates.Of(new MemoryFileImage(machine.Places[Place.Ram]));
            Assert.Equal(state.Kernel, pages.Release);
            Compare(pages, FlagsOn(machine.Places[Place.ScratchDisk], 512 << 8));
            ComparePerCpu(pages, 512 << 8, TextOn(machine.Places[Place.SwapDisk]));
        }
    }

    private static void Compare(PageStates pages, ulong[] flags)
    {
        var compared = new Dictionary<(PageState Expected, PageState Seen), int>();
        int huge = 0;
        for (int frame = 0; frame < flags.Length; frame++)
        {
            PageState seen = pages.StateOf(frame);
            if (seen == PageState.HugePage) huge++;
            // What the kernel has a flag for is that or is not; what it has none for may be anything else.
            if ((Expected(flags[frame]) ?? (Flagged.Contains(seen) ? PageState.Unknown : null)) is not { } expected) continue;
            compared[(expected, seen)] = compared.GetValueOrDefault((expected, seen)) + 1;
        }

        string all = string.Join(", ", compared.Select(pair => $"{pair.Value} {pair.Key.Expected} seen as {pair.Key.Seen}"));
        TestContext.Current.SendDiagnosticMessage(all);
        Assert.True(compared.Values.Sum() > flags.Length / 2, $"only these could be compared: {all}");
        // The guest ran on between its listing and the dump, so a few pages changed hands.
        AssertFew(compared);
        foreach (PageState state in Flagged)
        {
            AssertFew([.. compared.Where(pair => pair.Key.Expected == state)], atLeast: 30);
            AssertFew([.. compared.Where(pair => pair.Key.Seen == state)], atLeast: 30);
        }

        Assert.Equal(4 * 512, huge);

        void AssertFew(IReadOnlyCollection<KeyValuePair<(PageState Expected, PageState Seen), int>> some, int atLeast = 0)
        {
            int differ = some.Where(pair => pair.Key.Expected != pair.Key.Seen).Sum(pair => pair.Value), sum = some.Sum(pair => pair.Value);
            Assert.True(differ * 100 < sum || differ <= atLeast && differ * 2 < sum, $"{differ} of {sum}: {all}");
        }
    }

    /// <summary>
    /// Which pages are on processors' own lists the guest does not tell, but how many (mm/vmstat.c, zoneinfo_show_print).
    /// </summary>
    private static void ComparePerCpu(PageStates pages, int frames, string zones)
    {
        int expected = PerCpuCounts().Matches(zones).Sum(match => int.Parse(match.Groups[1].Value)),
            seen = Enumerable.Range(0, frames).Count(frame => pages.StateOf(frame) == PageState.FreePerCpu);
        TestContext.Current.SendDiagnosticMessage($"{expected} pages free on processors' own lists seen as {seen}");
        // Here, too, the guest ran on; it gives such pages back by a batch of 63 at a time.
        Assert.True(
            expected > 0 && Math.Abs(expected - seen) < 150 + expected / 20,
            $"{expected} pages free on processors' own lists seen as {seen}"
        );
    }

    // A processor's lists have the only count that is a line of its own.
    [GeneratedRegex(@"^ +count: +(\d+)$", RegexOptions.Multiline)]
    private static partial Regex PerCpuCounts();

    private static unsafe string TextOn(MemoryFile disk) => Encoding.ASCII.GetString(new ReadOnlySpan<byte>(disk.Start, 64 << 10));

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
