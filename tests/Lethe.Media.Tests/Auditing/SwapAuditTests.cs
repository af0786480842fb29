using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Tests.Media.Auditing;

public sealed class SwapAuditTests
{
    private const string Encrypted = "swap/encrypted",
        Key = "swap/key-not-kept",
        Partition = "/dev/sda2                               partition\t8388604\t\t1024\t\t-2",
        Mapped = "/dev/dm-1                               partition\t8388604\t\t0\t\t-2";
    private const string RootMount = "27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n";

    private static MemoryHost Crypt(string uuid, string table) => new MemoryHost().Disk().Slaves("dm-1", "sda2")
        .Device("dm-1", "254:1", "../../devices/virtual/block/dm-1", ("dm/name", "cryptswap"), ("dm/uuid", uuid))
        .Swaps(Mapped)
        .With("/etc/crypttab", table);

    [Fact]
    public void Without_areas_it_is_closed() => new MemoryHost().Swaps().IsClosed(Encrypted);

    [Fact]
    public void A_plain_partition_is_open_and_named_with_its_disk()
    {
        Judgement judgement = new MemoryHost().Disk().Swaps(Partition).IsOpen(Encrypted);
        Assert.Contains("sda2 on sda", judgement.Summary, StringComparison.Ordinal);
        Assert.Equal("/dev/sda2", judgement.Subject);
    }

    [Fact]
    public void What_was_not_read_is_unknown() => new MemoryHost().Denied("/proc/swaps").IsUnknown(Encrypted);

    [Fact]
    public void An_area_whose_device_is_not_known_is_unknown() => new MemoryHost().Swaps(Partition).IsUnknown(Encrypted);

    [Fact]
    public void A_random_key_closes_both()
    {
        MemoryHost host = Crypt(
            "CRYPT-PLAIN-cryptswap",
            "# <name> <device> <key> <options>\ncryptswap /dev/sda2 /dev/urandom swap,cipher=aes-xts-plain64,size=512\n"
        );
        host.IsClosed(Encrypted);
        host.IsClosed(Key);
    }

    [Fact]
    public void A_stored_key_is_encrypted_but_kept()
    {
        MemoryHost host = Crypt("CRYPT-LUKS2-0123456789abcdef0123456789abcdef-cryptswap", "cryptswap UUID=5d0a none luks\n");
        host.IsClosed(Encrypted);
        Assert.Contains("LUKS2", host.IsOpen(Key).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_is_kept_and_the_repair_takes_its_line()
    {
        Judgement judgement = Crypt("CRYPT-PLAIN-cryptswap", "cryptswap /dev/sda2 /etc/swap.key swap\n").IsOpen(Key);
        Assert.Equal(
            new TableLine(
                "etc/crypttab",
                "cryptswap /dev/sda2 /etc/swap.key swap",
                "cryptswap /dev/sda2 /dev/urandom swap,cipher=aes-xts-plain64,size=512,sector-size=4096"
            ),
            Assert.Single(judgement.Repairs)
        );
    }

    [Fact]
    public void A_plain_map_that_no_table_opens_has_an_unknown_key()
    {
        MemoryHost host = Crypt("CRYPT-PLAIN-cryptswap", "");
        host.IsClosed(Encrypted);
        host.IsUnknown(Key);
    }

    [Fact]
    public void Integrity_alone_is_no_encryption() =>
        Assert.Equal(Posture.Open, Crypt("CRYPT-INTEGRITY-cryptswap", "").One(Encrypted).State);

    [Fact]
    public void A_logical_volume_on_an_encrypted_disk_is_encrypted()
    {
        MemoryHost host = new MemoryHost().Disk().Slaves("dm-0", "sda2").Slaves("dm-1", "dm-0")
            .Device(
                "dm-0",
                "254:0",
                "../../devices/virtual/block/dm-0",
                ("dm/name", "sda2_crypt"),
                ("dm/uuid", "CRYPT-LUKS2-aa-sda2_crypt")
            )
            .Device("dm-1", "254:1", "../../devices/virtual/block/dm-1", ("dm/name", "vg-swap_1"), ("dm/uuid", "LVM-abcdef")).Swaps(Mapped);
        host.IsClosed(Encrypted);
        host.IsOpen(Key);
    }

    [Fact]
    public void A_mirror_is_as_weak_as_its_weaker_half()
    {
        MemoryHost host = new MemoryHost().Disk().Slaves("md0", "sda2", "dm-0").Slaves("dm-0", "sda1")
            .Device("dm-0", "254:0", "../../devices/virtual/block/dm-0", ("dm/name", "half"), ("dm/uuid", "CRYPT-PLAIN-half"))
            .Device("md0", "9:0", "../../devices/virtual/block/md0", ("md/level", "raid1"))
            .With("/etc/crypttab", "half /dev/sda1 /dev/urandom swap\n")
            .Swaps("/dev/md0                               partition\t8388604\t\t0\t\t-2");
        Assert.Contains("md0 on sda2 on sda", host.One(Encrypted).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_followed_to_the_device_of_its_file_system()
    {
        Judgement judgement = new MemoryHost()
            .Disk()
            .With("/proc/self/mountinfo", RootMount)
            .Swaps("/swap\\040file                          file\t\t2097148\t\t0\t\t-2")
            .IsOpen(Encrypted);
        Assert.Equal("/swap file", judgement.Subject);
        Assert.Contains("sda1 on sda", judgement.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_on_btrfs_is_followed_by_the_name_of_its_device() =>
        new MemoryHost()
            .Disk()
            .Slaves("dm-1", "sda2")
            .Device("dm-1", "254:1", "../../devices/virtual/block/dm-1", ("dm/name", "luks-root"), ("dm/uuid", "CRYPT-LUKS1-bb-luks-root"))
            .With("/proc/self/mountinfo", "27 1 0:33 /@ / rw,relatime - btrfs /dev/mapper/luks-root rw,space_cache=v2\n")
            .Swaps("/swap/swapfile file 100 0 -2")
            .IsClosed(Encrypted);

    [Fact]
    public void A_loop_device_is_as_safe_as_what_its_file_is_on() =>
        Assert.Contains(
            "loop0 on sda1 on sda",
            new MemoryHost()
                .Disk()
                .Device("loop0", "7:0", "../../devices/virtual/block/loop0", ("loop/backing_file", "/var/swap.img"))
                .With("/proc/self/mountinfo", RootMount)
            .Swaps("/dev/loop0 partition 1048572 0 -2").IsOpen(Encrypted).Summary, StringComparison.Ordinal);

    [Fact]
    public void Compressed_memory_is_memory() =>
        new MemoryHost()
            .Device("zram0", "253:0", "../../devices/virtual/block/zram0")
            .Swaps("/dev/zram0 partition 8388604 0 100")
            .IsClosed(Encrypted);

    [Fact]
    public void The_repair_moves_a_configured_partition_behind_a_random_key()
    {
        MemoryHost host = new MemoryHost()
            .Disk()
            .Swaps(Partition)
            .With("/etc/fstab", "UUID=1 / ext4 defaults 0 1\n/dev/sda2 none swap sw 0 0\n")
            .Directory("/dev/disk/by-partuuid/", new FactEntry("0a-02", 0, 0, "../../sda2"));
        Judgement judgement = host.IsOpen(Encrypted);
        Assert.Contains(
            new TableLine("etc/fstab", "/dev/sda2 none swap sw 0 0", "/dev/mapper/lethe-swap none swap sw 0 0"),
            judgement.Repairs
        );
        Assert.Contains(
            new TableLine(
                "etc/crypttab",
                "",
                "lethe-swap /dev/disk/by-partuuid/0a-02 /dev/urandom swap,cipher=aes-xts-plain64,size=512,sector-size=4096"
            ),
            judgement.Repairs
        );
    }

    [Fact]
    public void At_rest_the_tables_decide()
    {
        new MemoryHost()
            .AtRest()
            .With("/etc/fstab", "/dev/mapper/cs none swap sw 0 0\n")
            .With("/etc/crypttab", "cs PARTUUID=1-2 /dev/urandom swap\n")
            .IsClosed(Encrypted);
        new MemoryHost().AtRest().With("/etc/fstab", "UUID=ab none swap sw 0 0\n").IsOpen(Encrypted);
        new MemoryHost()
            .AtRest()
            .With("/etc/fstab", "/swapfile none swap sw 0 0\n")
            .With("/etc/crypttab", "root UUID=1 none luks\n")
            .IsUnknown(Encrypted);
        new MemoryHost().AtRest().With("/etc/systemd/system/dev-sdb1.swap", "[Swap]\nWhat=/dev/sdb1\n").IsOpen(Encrypted);
        new MemoryHost().AtRest().With("/etc/systemd/zram-generator.conf", "[zram0]\nzram-size = ram / 2\n").IsClosed(Encrypted);
    }

    [Fact]
    public void A_line_of_fstab_that_is_not_in_use_is_told()
    {
        MemoryHost host = new MemoryHost().Disk().Swaps().With("/etc/fstab", "/dev/sda2 none swap sw 0 0\n");
        host.IsOpen("swap/configured-as-in-effect");
        Assert.Empty(
            new MemoryHost()
                .Disk()
                .Swaps(Partition)
                .With("/etc/fstab", "/dev/sda2 none swap sw 0 0\n")
                .Judge("swap/configured-as-in-effect")
        );
        Assert.Empty(
            new MemoryHost()
                .Disk()
                .Denied("/proc/swaps")
                .With("/etc/fstab", "/dev/sda2 none swap sw 0 0\n")
                .Judge("swap/configured-as-in-effect")
        );
    }

    [Fact]
    public void Swappiness_is_no_answer()
    {
        new MemoryHost().Disk().Swaps(Partition).With("/proc/sys/vm/swappiness", "1\n").IsOpen("swap/swappiness-is-no-answer");
        new MemoryHost().Swaps().With("/proc/sys/vm/swappiness", "0\n").IsClosed("swap/swappiness-is-no-answer");
        Assert.Empty(
            new MemoryHost().Disk().Swaps(Partition).With("/proc/sys/vm/swappiness", "60\n").Judge("swap/swappiness-is-no-answer")
        );
    }

    [Fact]
    public void Zswap_keeps_copies_where_there_is_swap()
    {
        const string rule = "swap/zswap", file = "/sys/module/zswap/parameters/enabled";
        new MemoryHost().Disk().Swaps(Partition).With(file, "Y\n").IsOpen(rule);
        new MemoryHost().Swaps().With(file, "Y\n").IsClosed(rule);
        new MemoryHost().With(file, "N\n").IsClosed(rule);
        new MemoryHost().Denied(file).IsUnknown(rule);
    }

    [Fact]
    public void Holders_of_secrets_are_judged_by_what_they_lock_and_what_is_out()
    {
        const string rule = "swap/holders-of-secrets";
        MemoryHost Swapped(string name, string status) => new MemoryHost().Disk().Swaps(Partition).With($"process:{name}/812", status);
        Assert.Contains(
            "124 kB swapped out",
            Swapped("ssh-agent", "Name:\tssh-agent\nVmLck:\t       0 kB\nVmRSS:\t    1000 kB\nVmSwap:\t     124 kB").IsOpen(rule).Summary,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "locks no memory",
            Swapped("ssh-agent", "VmLck:\t       0 kB\nVmSwap:\t       0 kB").IsOpen(rule).Summary,
            StringComparison.Ordinal
        );
        Swapped("gpg-agent", "VmLck:\t      64 kB\nVmSwap:\t       0 kB").IsClosed(rule);
        Swapped("vault", "VmLck:\t       0 kB\nVmSwap:\t       0 kB\nSwapMax:\t0").IsClosed(rule);
        Assert.Equal(
            new DropIn("etc/systemd/system/vault.service.d/lethe.conf", "Service", "MemorySwapMax", "0"),
            Assert.Single(Swapped("vault", "VmLck:\t0 kB\nVmSwap:\t0 kB").IsOpen(rule).Repairs)
        );
        Assert.Empty(new MemoryHost().Swaps().With("process:ssh-agent/812", "VmLck:\t0 kB").Judge(rule));
        new MemoryHost().Disk().Swaps(Partition).Denied("process:ssh-agent/others").IsUnknown(rule);
    }
}
