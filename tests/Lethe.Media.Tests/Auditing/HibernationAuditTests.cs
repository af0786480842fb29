namespace Lethe.Tests.Media.Auditing;

public sealed class HibernationAuditTests
{
    private const string Possible = "hibernation/not-to-a-plain-medium",
        Image = "hibernation/no-image-left",
        Partition = "/dev/sda2 partition 8388604 0 -2";

    private static MemoryHost Able() =>
        new MemoryHost()
            .Disk()
            .With("/sys/power/state", "freeze mem disk\n")
            .With("/sys/power/disk", "[platform] shutdown reboot suspend test_resume\n")
            .With("/sys/power/resume", "8:2\n");

    [Fact]
    public void A_kernel_that_cannot_is_closed()
    {
        new MemoryHost().With("/sys/power/state", "freeze mem\n").IsClosed(Possible);
        new MemoryHost()
            .With("/sys/power/state", "freeze mem disk\n")
            .With("/sys/power/disk", "[disabled]\n")
            .With("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n")
            .IsClosed(Possible);
        Able().Swaps().IsClosed(Possible);
        Able().Device("zram0", "253:0", "../../devices/virtual/block/zram0").Swaps("/dev/zram0 partition 100 0 100").IsClosed(Possible);
    }

    [Fact]
    public void A_plain_area_is_open_and_an_encrypted_one_is_not()
    {
        Able().Swaps(Partition).IsOpen(Possible);
        Able()
            .Slaves("dm-1", "sda1")
            .Device("dm-1", "254:1", "../../devices/virtual/block/dm-1", ("dm/name", "s"), ("dm/uuid", "CRYPT-LUKS2-aa-s"))
            .Swaps("/dev/dm-1 partition 100 0 -2")
            .IsClosed(Possible);
    }

    [Fact]
    public void The_area_to_resume_from_counts_when_there_are_several() =>
        Assert.Contains(
            "/dev/sda2",
            Able()
                .Slaves("dm-1", "sda1")
                .Device("dm-1", "254:1", "../../devices/virtual/block/dm-1", ("dm/name", "s"), ("dm/uuid", "CRYPT-LUKS2-aa-s"))
            .Swaps("/dev/dm-1 partition 100 0 -2", Partition).IsOpen(Possible).Evidence[^1].Text, StringComparison.Ordinal);

    [Fact]
    public void What_was_not_read_is_unknown()
    {
        new MemoryHost().With("/sys/power/state", "freeze mem disk\n").Denied("/sys/power/disk").IsUnknown(Possible);
        Able().Denied("/proc/swaps").IsUnknown(Possible);
    }

    [Fact]
    public void At_rest_parameters_and_tables_decide()
    {
        new MemoryHost()
            .AtRest()
            .With("/etc/kernel/cmdline", "root=/dev/sda1 resume=/dev/sda2")
            .With("/etc/fstab", "/dev/sda2 none swap sw 0 0\n")
            .IsOpen(Possible);
        new MemoryHost().AtRest().With("/etc/kernel/cmdline", "root=/dev/sda1 nohibernate resume=/dev/sda2").IsClosed(Possible);
        new MemoryHost().AtRest().With("/boot/config-6.1.0", "# CONFIG_HIBERNATION is not set\n").IsClosed(Possible);
        new MemoryHost().AtRest().With("/etc/kernel/cmdline", "root=/dev/sda1").IsUnknown(Possible);
    }

    [Theory]
    [InlineData("S1SUSPEND", "SWAPSPACE2")]
    [InlineData("LINHIB0001", "SWAPSPACE2")]
    [InlineData("SWAPSPACE2", "SWAPSPACE2")]
    public void An_image_is_open_whether_it_was_resumed_from_or_not(string signature, string saved) =>
        Assert.Equal("/dev/sda2", Header(signature, saved).IsOpen(Image).Subject);

    [Fact]
    public void An_image_below_encryption_is_no_residue() =>
        new MemoryHost()
            .Disk()
            .Swaps()
            .Slaves("dm-1", "sda2")
            .Device("dm-1", "254:1", "../../devices/virtual/block/dm-1", ("dm/name", "s"), ("dm/uuid", "CRYPT-LUKS2-aa-s"))
            .Sourced("swap-header:!dev!dm-1", "/dev/dm-1", "signature SWAPSPACE2\nsaved signature SWAPSPACE2").IsClosed(Image);

    [Fact]
    public void An_area_that_held_none_is_closed_and_an_unread_one_unknown()
    {
        Header("SWAPSPACE2", "none").IsClosed(Image);
        new MemoryHost().Swaps().IsClosed(Image);
        new MemoryHost().Disk().Swaps(Partition).Denied("swap-header:!dev!sda2").IsUnknown(Image);
        new MemoryHost().NothingLooked().IsUnknown(Image);
    }

    private static MemoryHost Header(string signature, string saved) =>
        new MemoryHost()
            .Disk()
            .Swaps(Partition)
            .Sourced("swap-header:!dev!sda2", "/dev/sda2", $"signature {signature}\nsaved signature {saved}");
}
