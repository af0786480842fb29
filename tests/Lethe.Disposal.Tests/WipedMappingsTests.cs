using System.Text;
using Lethe.Disposal.Wiping;
using Lethe.Linux.Text;

namespace Lethe.Tests.Disposal;

/// <summary>What is wiped of a mapping. Names are the workload's to choose, so they may say anything.</summary>
public sealed class WipedMappingsTests
{
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
        ReadOnlySpan<byte> text = Encoding.UTF8.GetBytes(line);
        int strange = 0;
        Assert.True(Mapping.TryTake(ref text, out Mapping mapping, ref strange));
        Assert.True(text.IsEmpty);
        Assert.Equal((privatePages, ownObject), (mapping.HoldsPrivatePages, mapping.ShowsOwnObject));
    }
}
