using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Tests.Disposal;

/// <summary>Wiping a stopped child's memory, and objects in memory, as this kernel has them.</summary>
public sealed class WiperTests
{
    [Fact]
    public void A_child_s_own_pages_are_zeroed_and_those_of_its_parent_are_not()
    {
        using ChildProcess child = ChildProcess.Start(
            "/bin/sh",
            ["-c", "secret=$(head -c 300000 /dev/zero | tr '\\0' 's'); kill -STOP $$; exit 3"],
            Streams(),
            dieWithParent: false
        );
        Await(() => File.ReadAllText($"/proc/{child.Id}/stat").Contains(") T ", StringComparison.Ordinal));
        using var files = new AddressSpaceFiles(child.Id);
        Assert.True(CountOf(child.Id, "ssssssssssssssss"u8) > 0);
        using var wiper = new Wiper(null);
        WipeCount count = wiper.Wipe(files, alive: true);
        Assert.True(count.Wiped >= 300000, $"{count.Wiped}");
        Assert.Equal((0, 0), (count.Unreached, count.Wrong));
        Assert.True(count.Verified > 0);
        Assert.Equal(0, CountOf(child.Id, "ssssssssssssssss"u8));
        // Its program's own text is the page cache's and has to be as it was.
        Assert.True(CountOf(child.Id, "\u007fELF"u8) > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Several_threads_wipe_all_of_it(int threads)
    {
        using ChildProcess child = ChildProcess.Start(
            "/bin/sh",
            ["-c", "secret=$(head -c 9000000 /dev/zero | tr '\\0' 's'); kill -STOP $$"],
            Streams(),
            dieWithParent: false
        );
        Await(() => File.ReadAllText($"/proc/{child.Id}/stat").Contains(") T ", StringComparison.Ordinal));
        using var files = new AddressSpaceFiles(child.Id);
        using var crew = new WipeCrew(threads);
        using var wiper = new Wiper(crew);
        Assert.True(wiper.Wipe(files, alive: true).Wiped > 9_000_000);
        Assert.Equal(0, CountOf(child.Id, "ssssssssssssssss"u8));
    }

    [Fact]
    public void A_large_mapping_that_nobody_touched_is_told_from_one_that_somebody_did()
    {
        using MemoryRange reserved = MemoryRange.Anonymous(1L << 30), touched = MemoryRange.Anonymous(1L << 30);
        reserved.Advise(MemoryCalls.MADV_NOHUGEPAGE);
        touched.Advise(MemoryCalls.MADV_FREE);
        unsafe
        {
            touched.Start[12345] = 1;
            using var files = new AddressSpaceFiles(Environment.ProcessId);
            using var untouched = new UntouchedMappings();
            Assert.True(untouched.Contains(files, (ulong)reserved.Start));
            Assert.False(untouched.Contains(files, (ulong)touched.Start));
        }
    }

    [Fact]
    public void A_memory_file_is_overwritten_its_holes_stay_and_a_sealed_one_is_told()
    {
        using Descriptor file = MemoryFile.Create("test", 3);
        file.SetLength(1 << 20);
        file.WriteAll("secret"u8);
        WipeCount count = ObjectWiper.Wipe(file);
        Assert.Equal((4096, 0, 0), (count.Wiped, count.Unreached, count.Wrong));
        Assert.Single(file.DataRanges(1 << 20));
    }

    private static Descriptor[] Streams() =>
        [
            Descriptor.Open("/dev/null", FileCalls.O_RDWR),
            Descriptor.Open("/dev/null", FileCalls.O_RDWR),
            Descriptor.Open("/dev/null", FileCalls.O_RDWR),
        ];

    private static int CountOf(int process, ReadOnlySpan<byte> wanted)
    {
        int count = 0;
        using FileStream memory = new($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        foreach (string line in File.ReadAllLines($"/proc/{process}/maps"))
        {
            string[] bounds = line.Split(' ')[0].Split('-');
            long start = Convert.ToInt64(bounds[0], 16), end = Convert.ToInt64(bounds[1], 16);
            if (line.Contains("[v", StringComparison.Ordinal) || line.Contains(" ---", StringComparison.Ordinal) || end - start > 64 << 20)
                continue;
            byte[] content = new byte[end - start];
            memory.Position = start;
            memory.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (content.AsSpan().IndexOf(wanted) >= 0) count++;
        }

        return count;
    }

    private static void Await(Func<bool> condition)
    {
        long started = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - started < 10_000);
            Thread.Sleep(2);
        }
    }
}
