using System.Diagnostics;
using Lethe.Linux;
using Lethe.Scanning.Kernel;

namespace Lethe.Tests.Scanning.Pages;

/// <summary>Needs root, as only root sees frame numbers.</summary>
public sealed class LivePagesTests
{
    private const ulong Present = 1UL << 63, FrameMask = (1UL << 55) - 1;

    [Theory]
    [InlineData(1UL << 20, PageState.Unknown)] // no page
    [InlineData(1UL << 10, PageState.Free)] // buddy
    [InlineData(1UL << 17 | 1UL << 15, PageState.HugePage)]
    [InlineData(1UL << 7, PageState.Slab)]
    [InlineData(1UL << 26, PageState.PageTable)]
    [InlineData(1UL << 32, PageState.Reserved)]
    [InlineData(1UL << 12 | 1UL << 11 | 1UL << 5 | 1UL << 14, PageState.Anonymous)]
    [InlineData(1UL << 11 | 1UL << 5 | 1UL << 3, PageState.PageCache)] // mapped
    [InlineData(1UL << 5 | 1UL << 3, PageState.PageCache)] // only cached
    [InlineData(1UL << 14 | 1UL << 5, PageState.SharedMemory)]
    [InlineData(0UL, PageState.Other)]
    public void Flags_tell_the_state(ulong flags, PageState expected) => Assert.Equal(expected, KernelPageFlags.StateOf(flags));

    [Fact]
    public void A_processs_pages_are_told_as_its_own_and_its_programs_as_a_file()
    {
        RequireRoot();
        using Process child = Process.Start("sleep", "60");
        try
        {
            // Its libraries are there once it sleeps: clock_nanosleep is call 230 (proc_pid_syscall(5)).
            while (
                File.ReadAllText($"/proc/{child.Id}/comm").Trim() != "sleep"
                || !File.ReadAllText($"/proc/{child.Id}/syscall").StartsWith("230 ", StringComparison.Ordinal)
            )
                Thread.Sleep(1);
            string[] maps = File.ReadAllLines($"/proc/{child.Id}/maps");
            long stack = FrameIn(child.Id, maps, "[stack]"), program = FrameIn(child.Id, maps, "libc");
            using LivePages pages = LivePages.Open();
            Assert.Equal(PageState.Anonymous, pages.StateOf(stack));
            Assert.Contains(pages.StateOf(program), new[] { PageState.PageCache, PageState.SharedMemory });
            pages.FindOwners(new HashSet<long> { stack, program });
            Assert.Equal($"process {child.Id} (sleep)", pages.OwnerOf(stack));
            Assert.Matches("^file /.*libc", pages.OwnerOf(program));
        }
        finally
        {
            child.Kill();
            child.WaitForExit();
        }
    }

    [Fact]
    public unsafe void The_scanners_own_pages_are_nobodys()
    {
        RequireRoot();
        using MemoryRange memory = MemoryRange.Anonymous(4096);
        *(byte*)memory.Start = 1;
        using var pagemap = new PerPageFile("/proc/self/pagemap");
        ulong word = 0;
        Assert.Equal(1, pagemap.Read((long)((ulong)memory.Start / 4096), new Span<ulong>(ref word)));
        long frame = (long)(word & FrameMask);
        using LivePages pages = LivePages.Open();
        Assert.Equal(PageState.Anonymous, pages.StateOf(frame));
        pages.FindOwners(new HashSet<long> { frame });
        Assert.DoesNotMatch("^process ", pages.OwnerOf(frame) ?? "");
    }

    [Fact]
    public void Beyond_memory_nothing_is_known()
    {
        RequireRoot();
        using LivePages pages = LivePages.Open();
        foreach (long frame in new[] { -1, 1L << 39, long.MaxValue, long.MinValue })
        {
            Assert.Equal(PageState.Unknown, pages.StateOf(frame));
            Assert.Null(pages.OwnerOf(frame));
        }
    }

    private static void RequireRoot() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/proc/kpageflags"), "only root may ask about pages");

    private static long FrameIn(int process, string[] maps, string name)
    {
        using var pagemap = new PerPageFile($"/proc/{process}/pagemap");
        foreach (
            string line in maps.Where(line =>
                line.Contains(name, StringComparison.Ordinal) && line.Contains(name == "[stack]" ? "rw" : "r-x", StringComparison.Ordinal)
            )
        )
        {
            string[] range = line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-');
            ulong start = Convert.ToUInt64(range[0], 16), end = Convert.ToUInt64(range[1], 16);
            ulong[] words = new ulong[(end - start) / 4096];
            int count = pagemap.Read((long)(start / 4096), words);
            if (words.Take(count).FirstOrDefault(word => (word & Present) != 0) is not 0 and var found) return (long)(found & FrameMask);
        }

        throw new InvalidOperationException($"no page of {name} is in memory");
    }
}
