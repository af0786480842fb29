namespace Lethe.Tests.Media.Auditing;

public sealed class ZramAuditTests
{
    private const string Written = "zram/not-written-back", Cleared = "zram/cleared";

    private static MemoryHost Host(string backing) =>
        new MemoryHost()
            .Disk()
            .Device("zram0", "253:0", "../../devices/virtual/block/zram0", ("backing_dev", backing))
            .With("/sys/block/zram0/disksize", "8589934592\n");

    [Fact]
    public void Written_back_pages_are_as_safe_as_the_device()
    {
        Host("none").IsClosed(Written);
        Host("/dev/sda2").IsOpen(Written);
        Host("/dev/dm-1")
            .Slaves("dm-1", "sda2")
            .Device("dm-1", "254:1", "../../devices/virtual/block/dm-1", ("dm/name", "w"), ("dm/uuid", "CRYPT-LUKS2-aa-w"))
            .IsClosed(Written);
        Host("/dev/gone").IsUnknown(Written);
        new MemoryHost().AtRest().With("/etc/systemd/zram-generator.conf", "[zram0]\nwriteback-device = /dev/sdb3\n").IsOpen(Written);
    }

    [Fact]
    public void Freed_compressed_pages_follow_the_kernel()
    {
        Host("none").Zeroing(onFree: true).IsClosed(Cleared);
        Host("none").Zeroing(onFree: false).IsOpen(Cleared);
        Host("none").Denied("kernel:log").Denied("/proc/cmdline").Denied("kernel:config").IsUnknown(Cleared);
        new MemoryHost().Disk().IsClosed(Cleared);
        new MemoryHost()
            .Device("zram0", "253:0", "../../devices/virtual/block/zram0")
            .With("/sys/block/zram0/disksize", "0\n")
            .Zeroing(onFree: false)
            .IsClosed(Cleared);
    }
}
