using System.Text;
using Lethe.Disposal.Wiping;

namespace Lethe.Tests.Disposal;

/// <summary>Reading lines of /proc/PID/maps. Names in them are the workload's, so they may say anything.</summary>
public sealed class MappingTests
{
    private static readonly int Cases = Trials.Of(100_000);

    [Fact]
    public void A_line_is_read()
    {
        Mapping mapping = Read("7f1c2a000000-7f1c2a021000 rw-p 00001000 fd:10 131074                     /usr/lib/a b (deleted)\n");
        Assert.Equal((0x7f1c2a000000UL, 0x7f1c2a021000UL, true, false), (mapping.Start, mapping.End, mapping.Writable, mapping.Shared));
        Assert.Equal((0xfdUL << 32 | 0x10, 131074UL), (mapping.Device, mapping.Inode));
        Assert.Equal("/usr/lib/a b (deleted)", Encoding.UTF8.GetString(mapping.Name));
    }

    [Theory]
    [InlineData("1000-2000 rw-p 00000000 00:00 0 \n", true, false)]
    [InlineData("1000-2000 r--p 00000000 fd:01 5    /bin/sh\n", true, false)]
    [InlineData("1000-2000 ---p 00000000 00:00 0 \n", true, false)]
    [InlineData("1000-2000 r-xp 00000000 00:00 0    [vdso]\n", false, false)]
    [InlineData("1000-2000 r--p 00000000 00:00 0    [vvar]\n", false, false)]
    [InlineData("1000-2000 rw-p 00000000 00:05 9    /dev/shm/x\n", true, false)]
    [InlineData("1000-2000 rw-s 00000000 00:31 9    /SYSV/stolen\n", false, false)]
    [InlineData("1000-2000 rw-s 00000000 00:31 9    /dev/zero/stolen\n", false, false)]
    [InlineData("1000-2000 rw-s 00000000 00:01 7    /dev/zero (deleted)\n", false, true)]
    [InlineData("1000-2000 rw-s 00000000 00:01 0    /SYSV00000000 (deleted)\n", false, true)]
    [InlineData("1000-2000 rw-s 00000000 00:0f 7    /anon_hugepage (deleted)\n", false, true)]
    [InlineData("1000-2000 rw-s 00000000 00:01 7    /memfd:x (deleted)\n", false, false)]
    [InlineData("1000-2000 rw-s 00000000 fd:01 7    /home/me/database\n", false, false)]
    public void What_is_the_process_own_and_what_is_shared_is_told_apart(string line, bool privatePages, bool ownObject)
    {
        Mapping mapping = Read(line);
        Assert.Equal((privatePages, ownObject), (mapping.HoldsPrivatePages, mapping.ShowsOwnObject));
    }

    [Fact]
    public void Broken_lines_do_no_harm()
    {
        var random = Trials.Random(20261122);
        byte[] good = Encoding.ASCII.GetBytes("7f1c2a000000-7f1c2a021000 rw-p 00001000 fd:10 131074      /usr/lib/a\n");
        for (int index = 0; index < Cases; index++)
        {
            byte[] line = [.. good];
            for (int change = random.Next(1, 6); change > 0; change--) line[random.Next(line.Length)] = (byte)random.Next(256);
            ReadOnlySpan<byte> text = line.AsSpan(0, random.Next(line.Length + 1));
            while (Mapping.TryTake(ref text, out _))
            {
            }
        }
    }

    private static Mapping Read(string line)
    {
        ReadOnlySpan<byte> text = Encoding.UTF8.GetBytes(line);
        Assert.True(Mapping.TryTake(ref text, out Mapping mapping));
        Assert.True(text.IsEmpty);
        return mapping;
    }
}
