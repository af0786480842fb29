using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;
using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Tests.Lab;

/// <summary>A machine with dm-crypt offers a disk for the scratch directory: nothing is written to it before the run is wanted.</summary>
public sealed class DryRunTests
{
    // Far beyond where any file system or partition table has its signature.
    private const int Written = 100 << 20;
    private const string Options = "--no-certificate --scratch 64M --scratch-on " + Place.ScratchDevice;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_disk_is_as_before()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        (VirtualMachine machine, _) = await Laboratory.Machine("debian-6.1");
        await using (machine)
        {
            MemoryFile disk = machine.Places[Place.ScratchDisk];
            string empty = await Run($"run --dry-run {Options} -- /bin/true");
            Assert.StartsWith("0 ", empty);
            Assert.Contains("dm-crypt with a random key", empty);
            // The guest has control groups of version 2, and no group that has memory yet.
            Assert.Contains("memory.swap.max 0", empty);
            Assert.DoesNotContain("destroys", empty);
            Assert.Empty(disk.DataRanges());

            Bytes(disk)[Written] = 1;
            Assert.StartsWith("64", await Run($"run --dry-run {Options} -- /bin/true"));
            Assert.StartsWith("64", await Run($"run {Options} -- /bin/true"));
            string planned = await Run($"run --dry-run --yes {Options} -- /bin/true");
            Assert.StartsWith("0 ", planned);
            Assert.Contains($"destroys: what is on {Place.ScratchDevice} (", planned);
            Assert.Equal(Written, OnlyByte(disk));

            // What all of this kept from happening does happen when it is wanted.
            Assert.StartsWith("0", await Run($"run --yes --quiet {Options} -- /bin/sh -c :"));
            Assert.NotEqual(Written, OnlyByte(disk));
        }

        async Task<string> Run(string words)
        {
            GuestMessage answer = await machine.Ask(new GuestMessage(GuestMessage.Run, words), Limit, cancel);
            Assert.True(answer.Kind == GuestMessage.Ran, answer.ToString());
            return answer.Text;
        }
    }

    // SAFETY: the disk is mapped while the machine lives, and smaller than 2 GiB.
    private static unsafe Span<byte> Bytes(MemoryFile disk) => new(disk.Start, (int)disk.Length);

    private static int? OnlyByte(MemoryFile disk)
    {
        int first = Bytes(disk).IndexOfAnyExcept((byte)0), last = Bytes(disk).LastIndexOfAnyExcept((byte)0);
        return first == last ? first : null;
    }
}
