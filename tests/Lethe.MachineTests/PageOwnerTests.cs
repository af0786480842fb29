using System.Text.RegularExpressions;
using Lethe.Canaries;
using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;
using Lethe.Media.Matrix;
using Lethe.Media.Routes;
using Lethe.Scanning.Canaries;
using Lethe.Scanning.Kernel;

namespace Lethe.Tests.Lab;

/// <summary>Whose the pages of planted data are, by the raw memory alone, against what was planted.</summary>
public sealed class PageOwnerTests
{
    private const long PlantedBytes = 4 << 20;

    [Theory]
    [InlineData("debian-5.10")]
    [InlineData("debian-6.1")]
    [InlineData("debian-6.12")]
    [InlineData("debian-6.18")]
    [InlineData("debian-7")]
    public async Task Planted_files_and_processes_are_told_by_name(string kernel)
    {
        var cancel = TestContext.Current.CancellationToken;
        (VirtualMachine machine, _) = await Laboratory.Machine(kernel, protectedWith: "");
        await using (machine)
        {
            Canary cached = await Plant(machine, "page-cache/unlink", seed: 1UL << 63 | 1UL << 40, cancel);
            Canary shared = await Plant(machine, "tmpfs/unlink", seed: 1UL << 63 | 2UL << 40, cancel);
            Canary anonymous = await Plant(machine, "anonymous-memory/exit", seed: 1UL << 63 | 3UL << 40, cancel);
            Canary buffered = await Plant(machine, "kernel-buffers/pipe", seed: 1UL << 63 | 4UL << 40, cancel);
            await machine.Stop(cancel);

            var memory = new MemoryFileImage(machine.Places[Place.Ram]);
            ImagePages pages = ImagePages.Of(memory);
            Assert.True(pages.KnowsOwners);
            Check(memory, pages, cached, PageState.PageCache, "^file /tmp/lethe-scratch/secret$");
            Check(memory, pages, shared, PageState.SharedMemory, "^file /mnt/tmpfs/secret$");
            Check(memory, pages, anonymous, PageState.Anonymous, @"^process \d+ \(lethe\)$");
            Check(memory, pages, buffered, PageState.Other, "^cgroup /lethe-[0-9a-f]+$");
            CheckAll(memory, pages, PageState.Anonymous, "^process ");
            CheckAll(memory, pages, PageState.SharedMemory, "^file /");
            CheckAll(memory, pages, PageState.Slab, "^slab ");
        }
    }

    private static async Task<Canary> Plant(VirtualMachine machine, string route, ulong seed, CancellationToken cancel)
    {
        GuestMessage answer = await machine.Ask(new PlantOrder(route, seed, PlantedBytes).ToMessage(), TimeSpan.FromSeconds(120), cancel);
        Assert.True(answer.Kind == GuestMessage.Planted, answer.ToString());
        return new Canary(seed, Catalog.Find(route)!.Route.Form);
    }

    /// <summary>That hardly a page of a state is nobody's: what ran on when the machine was stopped can be half done.</summary>
    private static void CheckAll(MemoryFileImage memory, ImagePages pages, PageState state, string owner)
    {
        string[] owners =
        [
            .. Enumerable
                .Range(0, (int)(memory.Length / 4096))
                .Select(frame => (long)frame)
                .Where(frame => pages.StateOf(frame) == state)
                .Select(frame => pages.OwnerOf(frame) ?? "nobody's"),
        ];
        string[] others = [.. owners.Where(name => !Regex.IsMatch(name, owner, RegexOptions.CultureInvariant))];
        Assert.True(
            owners.Length > 0 && others.Length * 100 <= owners.Length,
            $"{others.Length} of {owners.Length} {state}: {string.Join(", ", others.Distinct().Take(10))}"
        );
    }

    private static void Check(MemoryFileImage memory, ImagePages pages, Canary canary, PageState state, string owner)
    {
        IEnumerable<long> found = memory
            .Search(canary, PlantedBytes)
            .BytesByPage.Where(page => page.Value == 4096)
            .Select(page => page.Key);
        string[] owners = [.. found.Where(frame => pages.StateOf(frame) == state).Select(frame => pages.OwnerOf(frame) ?? "nobody's")];
        // Copies on the way there lie elsewhere; the data itself is all of one owner.
        Assert.True(owners.Length >= PlantedBytes / 4096, $"{owners.Length} pages of {state}");
        var others = owners.GroupBy(name => name).ToDictionary(group => group.Key, group => group.Count());
        Assert.All(others.Keys, name => Assert.Matches(owner, name));
        Assert.Single(others);
    }
}
