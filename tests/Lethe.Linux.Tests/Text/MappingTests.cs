using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Tests.Linux.Text;

/// <summary>Reading lines of /proc/PID/maps. Names in them are the workload's, so they may say anything.</summary>
public sealed class MappingTests
{
    private const string Good = "7f1c2a000000-7f1c2a021000 rw-p 00001000 fd:10 131074                     /usr/lib/a b (deleted)\n";

    [Fact]
    public void A_line_is_read()
    {
        ReadOnlySpan<byte> text = Encoding.UTF8.GetBytes(Good);
        int strange = 0;
        Assert.True(Mapping.TryTake(ref text, out Mapping mapping, ref strange));
        Assert.True(text.IsEmpty);
        Assert.Equal((0x7f1c2a000000UL, 0x7f1c2a021000UL, 0x21000UL), (mapping.Start, mapping.End, mapping.Length));
        Assert.Equal((true, true, false, false), (mapping.Readable, mapping.Writable, mapping.Executable, mapping.Shared));
        Assert.Equal((0x1000UL, 0xfdUL << 32 | 0x10, 131074UL), (mapping.Offset, mapping.Device, mapping.Inode));
        Assert.Equal("/usr/lib/a b (deleted)", Encoding.UTF8.GetString(mapping.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2000-1000 rw-p 00000000 00:00 0 ")]
    [InlineData("1000-2000 rw-p 00000000 00:00 0x ")]
    [InlineData("1000-2000 rw-x 00000000 00:00 0 ")]
    [InlineData("1000-2000 rw-p 00000000 00:00")]
    [InlineData("10000000000000000-20000000000000000 rw-p 00000000 00:00 0 ")]
    [InlineData("Rss:  12 kB")]
    public void What_is_no_such_line_is_passed_over_and_counted(string line)
    {
        ReadOnlySpan<byte> text = Encoding.UTF8.GetBytes($"{line}\n{Good}");
        int strange = 0;
        Assert.True(Mapping.TryTake(ref text, out Mapping mapping, ref strange));
        Assert.Equal((0x7f1c2a000000UL, 1), (mapping.Start, strange));
        Assert.False(Mapping.TryTake(ref text, out _, ref strange));
        Assert.Equal(1, strange);
    }

    [Fact]
    public void What_the_kernel_would_write_is_read_back() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(10_000)), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            string line = Line(
                random,
                out ulong start,
                out ulong end,
                out string rights,
                out ulong offset,
                out ulong inode,
                out string name
            );
            Assert.True(Mapping.TryParse(Encoding.UTF8.GetBytes(line), out Mapping mapping));
            Assert.Equal((start, end, offset, inode), (mapping.Start, mapping.End, mapping.Offset, mapping.Inode));
            Assert.Equal(
                rights,
                $"{(mapping.Readable ? 'r' : '-')}{(mapping.Writable ? 'w' : '-')}"
                    + $"{(mapping.Executable ? 'x' : '-')}{(mapping.Shared ? 's' : 'p')}"
            );
            Assert.Equal(name, Encoding.UTF8.GetString(mapping.Name));
        }));

    [Fact]
    public void Broken_lines_do_no_harm()
    {
        var random = Trials.Random(20261122);
        byte[] good = Encoding.ASCII.GetBytes(Good);
        for (int cases = Trials.Of(100_000); cases > 0; cases--)
        {
            byte[] line = [.. good];
            for (int change = random.Next(1, 6); change > 0; change--) line[random.Next(line.Length)] = (byte)random.Next(256);
            ReadOnlySpan<byte> text = line.AsSpan(0, random.Next(line.Length + 1));
            int strange = 0;
            while (Mapping.TryTake(ref text, out Mapping mapping, ref strange)) Assert.True(mapping.Start < mapping.End);
        }
    }

    [Fact]
    public void A_reader_with_little_room_sees_the_same_with_names_cut()
    {
        var random = Trials.Random(20261201);
        for (int cases = Trials.Of(1_000); cases > 0; cases--)
        {
            var text = new StringBuilder();
            for (int lines = random.Next(20); lines > 0; lines--)
                text.Append(Line(random, out _, out _, out _, out _, out _, out _))
                    .Append(random.Next(8) == 0 ? new string('x', random.Next(2000)) : "")
                    .Append('\n');
            using MemoryFile file = Holding(text.ToString());
            using Descriptor open = Descriptor.Open(file.Path, FileCalls.O_RDONLY);
            var reader = new MappingReader(open, new byte[random.Next(256, 1024)]);
            ReadOnlySpan<byte> whole = Encoding.UTF8.GetBytes(text.ToString());
            int strange = 0;
            while (Mapping.TryTake(ref whole, out Mapping expected, ref strange))
            {
                Assert.True(reader.TryRead(out Mapping mapping));
                Assert.Equal((expected.Start, expected.End, expected.Inode), (mapping.Start, mapping.End, mapping.Inode));
                Assert.True(expected.Name.StartsWith(mapping.Name));
            }

            Assert.False(reader.TryRead(out _));
        }
    }

    [Fact]
    public void Reading_ones_own_mappings_makes_no_garbage_and_finds_them_all()
    {
        Read();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int count = Read();
        // Opening the file makes a descriptor and its path.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400);
        Assert.InRange(File.ReadAllLines("/proc/self/maps").Length - count, -20, 20);
        int seen = 0;
        Assert.True(ProcessMappings.TryRead("/proc/self/maps", (in Mapping _) => seen++));
        Assert.InRange(seen - count, -20, 20);
        Assert.False(ProcessMappings.TryRead("/proc/999999999/maps", (in Mapping _) => seen++));

        static int Read()
        {
            using Descriptor maps = Descriptor.Open("/proc/self/maps", FileCalls.O_RDONLY);
            var reader = new MappingReader(maps, stackalloc byte[4096]);
            int count = 0;
            while (reader.TryRead(out _)) count++;
            return count;
        }
    }

    // The name begins at column 74 (seq_pad of fs/seq_file.c).
    private static string Line(
        Random random,
        out ulong start,
        out ulong end,
        out string rights,
        out ulong offset,
        out ulong inode,
        out string name
    )
    {
        start = (ulong)random.NextInt64(1L << random.Next(1, 47));
        end = start + 1 + (ulong)random.NextInt64(1L << random.Next(1, 40));
        rights = $"{"-r"[random.Next(2)]}{"-w"[random.Next(2)]}{"-x"[random.Next(2)]}{"ps"[random.Next(2)]}";
        offset = (ulong)random.NextInt64(1L << random.Next(1, 40));
        inode = (ulong)random.NextInt64(1L << random.Next(1, 62));
        name =
            random.Next(4) == 0
                ? ""
                : "/"
                    + new string([
                        .. Enumerable
                            .Range(0, random.Next(60))
                            .Select(_ => (char)random.Next(' ', 0x2ff))
                            .Where(letter => letter != '\u007f'),
                    ]);
        string fixedPart = string.Create(
            CultureInfo.InvariantCulture,
            $"{start:x8}-{end:x8} {rights} {offset:x8} {random.Next(256):x2}:{random.Next(256):x2} {inode} "
        );
        return name.Length == 0 ? fixedPart : fixedPart.PadRight(73) + name;
    }

    private static MemoryFile Holding(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var file = new MemoryFile("maps", 1);
        using Descriptor open = Descriptor.Open(file.Path, FileCalls.O_RDWR);
        open.SetLength(0);
        open.WriteAllAt(0, bytes);
        return file;
    }
}
