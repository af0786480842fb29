using Lethe.Canaries;
using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;
using Lethe.Linux;
using Lethe.Media.Matrix;
using Lethe.Media.Routes;
using Lethe.Scanning.Canaries;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Tests.Lab;

/// <summary>
/// The images that real kernels hibernate into hold the canary whole for a scan, before and after the machine has resumed.
/// </summary>
public sealed class HibernationImageTests
{
    private const long PlantedBytes = 8 << 20;

    // kernel/power/power.h, and where swap.c writes them.
    private const int NotCompressedFlag = 2, Lz4Flag = 16, FlagsOffset = 4072;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(240);

    [Theory]
    [InlineData("debian-6.1", "", 0)]
    [InlineData("debian-6.12", "", 0)]
    [InlineData("debian-6.12", "hibernate.compressor=lz4", Lz4Flag)]
    [InlineData("debian-6.12", "hibernate=nocompress", NotCompressedFlag)]
    public async Task The_canary_is_found_whole(string kernel, string options, int flags)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (VirtualMachine machine, GuestState state) = await Laboratory.Machine(kernel, options);
        await using (machine)
        {
            const ulong Seed = 1UL << 63 | 21;
            const string Route = "hibernation/image-after-resume";
            GuestMessage planted = await machine.Ask(new PlantOrder(Route, Seed, PlantedBytes).ToMessage(), Limit, cancel);
            Assert.True(planted.Kind == GuestMessage.Planted, planted.ToString());
            var canary = new Canary(Seed, Catalog.Find(Route)!.Route.Form);
            Assert.Null(await machine.SwitchOff(new GuestMessage(GuestMessage.Hibernate), Limit, cancel));
            Assert.Equal(flags, FlagsOf(machine.Places[Place.SwapDisk]) & (NotCompressedFlag | Lz4Flag));
            using (Source image = SourceOpener.Open(machine.Places[Place.SwapDisk].Path))
            {
                AssertWhole(image, canary);
                ImagePages pages = ImagePages.Of(image.Memory!);
                Assert.Equal(state.Kernel, pages.Release);
            }

            GuestMessage resumed = await machine.SwitchOn(Limit, cancel);
            Assert.Equal(GuestMessage.Resumed, resumed.Kind);
            await machine.Stop(cancel);
            using Source left = SourceOpener.Open(machine.Places[Place.SwapDisk].Path);
            AssertWhole(left, canary);
        }
    }

    // SAFETY: the disk is larger than its first page and mapped while the machine lives.
    private static unsafe int FlagsOf(MemoryFile disk) => *(int*)(disk.Start + FlagsOffset);

    private static void AssertWhole(Source source, Canary canary)
    {
        Assert.Equal("hibernation", source.Form);
        Assert.Empty(source.Defects);
        ScanResult result = new Scanner(
            [new CanaryDetector(canary, "canary", PlantedBytes)],
            new ScanOptions { KeptMatches = int.MaxValue }
        ).Scan(source);
        Assert.Empty(result.Unread);
        Assert.Equal(PlantedBytes, result.Counts[0].Coverage.Bytes);
        Assert.Contains(result.Hits, hit => hit.Part.Address is not null);
    }
}
