using Lethe.Media.Auditing;

namespace Lethe.Tests.Media.Auditing;

public sealed class TmpfsAuditTests
{
    private const string Swapped = "tmpfs/not-swapped", Partition = "/dev/sda2 partition 8388604 0 -2";

    private static MemoryHost Mounted(string options) =>
        new MemoryHost()
            .Disk()
            .With(
                "/proc/self/mountinfo",
                $"25 24 0:23 / /dev/shm rw,nosuid,nodev shared:4 - tmpfs tmpfs {options}\n28 27 0:25 / /mnt/fixed ro,nosuid - tmpfs fixed "
                    + "ro,size=4k\n"
            );

    [Fact]
    public void A_tmpfs_is_as_safe_as_swap()
    {
        Mounted("rw").Swaps(Partition).IsOpen(Swapped);
        Mounted("rw,noswap").Swaps(Partition).IsClosed(Swapped);
        Mounted("rw").Swaps().IsClosed(Swapped);
        Mounted("rw").Denied("/proc/swaps").IsUnknown(Swapped);
    }

    [Fact]
    public void The_repair_knows_kernels_that_have_no_noswap()
    {
        Assert.IsType<ManualRepair>(
            Assert.Single(
                Mounted("rw").Swaps(Partition).With("/proc/sys/kernel/osrelease", "6.1.0-56-cloud-amd64\n").IsOpen(Swapped).Repairs
            )
        );
        Assert.IsType<TableLine>(
            Assert.Single(Mounted("rw").Swaps(Partition).With("/proc/sys/kernel/osrelease", "6.12.3\n").IsOpen(Swapped).Repairs)
        );
        Assert.Equal(
            new TableLine("etc/fstab", "tmpfs /dev/shm tmpfs defaults 0 0", "tmpfs /dev/shm tmpfs defaults,noswap 0 0"),
            Assert.Single(Mounted("rw").Swaps(Partition).With("/etc/fstab", "tmpfs /dev/shm tmpfs defaults 0 0\n").IsOpen(Swapped).Repairs)
        );
    }

    [Fact]
    public void Limits_and_modes_are_advice()
    {
        Mounted("rw,size=0k").IsOpen("tmpfs/limited");
        Mounted("rw,size=1024k").IsClosed("tmpfs/limited");
        Mounted("rw,mode=755").IsOpen("tmpfs/names-not-public");
        Mounted("rw,mode=700").IsClosed("tmpfs/names-not-public");
        Mounted("rw").IsOpen("tmpfs/names-not-public");
    }
}
