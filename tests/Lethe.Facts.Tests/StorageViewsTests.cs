using Lethe.Facts;
using Lethe.Facts.Views;

namespace Lethe.Tests.Facts;

public sealed class StorageViewsTests
{
    private const string Mounts =
        "22 27 0:21 / /proc rw,relatime - proc proc rw\n27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n30 27 0:33 /@home "
            + "/home\\040dir rw shared:2 master:1 - btrfs /dev/mapper/vg-home rw,ssd\n31 27 0:40 / /tmp rw - tmpfs tmpfs rw,size=10k\n32 "
            + "27 0:41 / /tmp ro - tmpfs tmpfs rw\n";

    private static HostFacts Host(params Fact[] facts) => new("test", FactScope.Host, [.. BlockDevices.Wants, .. SwapAreas.Wants], facts);

    [Fact]
    public void Mounts_are_read_with_any_number_of_optional_fields()
    {
        var table = MountTable.Of(Host(new Fact("/proc/self/mountinfo", Mounts)));
        Assert.Equal(5, table.All.Count);
        Assert.Equal(4, table.Seen.Count());
        Mount home = table.Holding("/home dir/x")!;
        Assert.Equal(("/home dir", "btrfs", "/dev/mapper/vg-home", "/@home"), (home.Point, home.Type, home.Source, home.Root));
        Assert.Equal("/", table.Holding("/home directory")!.Point);
        Assert.Equal("ro", table.Holding("/tmp/x")!.Options[0]);
        Assert.Equal("10k", table.All[3].Option("size"));
        Assert.Null(table.All[3].Option("mode"));
        Assert.Equal("", table.All[1].Option("discard"));
    }

    [Fact]
    public void At_rest_the_table_of_file_systems_says_what_will_be_mounted()
    {
        var table = MountTable.Of(
            new HostFacts(
                "test",
                FactScope.Root,
                MountTable.Wants,
                [new Fact("/etc/fstab", "# comment\nUUID=1 / ext4 noatime 0 1\n/dev/sda2 none swap sw\ntmpfs /tmp tmpfs size=1G\n")]
            )
        );
        Assert.Equal(["/", "/tmp"], table.All.Select(mount => mount.Point));
    }

    [Fact]
    public void Devices_are_found_by_name_number_and_path_and_followed_down()
    {
        var devices = BlockDevices.Of(Host(
            new Fact("/proc/self/mountinfo", Mounts),
            new Fact("/sys/class/block/", Entries: [
                new FactEntry("nvme0n1", 0, 0, "../../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1"),
                new FactEntry("nvme0n1p2", 0, 0, "../../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/nvme0n1p2"),
                new FactEntry("vda", 0, 0, "../../devices/pci0000:00/0000:00:02.0/virtio1/block/vda"),
                new FactEntry("loop0", 0, 0, "../../devices/virtual/block/loop0"),
                new FactEntry("dm-0", 0, 0, "../../devices/virtual/block/dm-0"),
                new FactEntry("cciss!c0d0", 0, 0, "x"),
            ]
        ),
            new Fact("/sys/class/block/vda/dev", "254:0\n"),
            new Fact("/sys/class/block/loop0/loop/backing_file", "/home dir/disk.img\n"),
            new Fact("/sys/class/block/dm-0/dm/name", "vg-home\n"),
            new Fact("/sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-00-vg-home\n"),
            new Fact("/sys/class/block/dm-0/slaves/", Entries: [new FactEntry("nvme0n1p2", 0, 0)])
        )
    );
        Assert.Equal("vda", devices.Find("254:0")!.Name);
        Assert.Equal("dm-0", devices.Find("/dev/mapper/vg-home")!.Name);
        Assert.Equal("dm-0", devices.Find("/dev/vg/home")!.Name);
        Assert.Equal("cciss!c0d0", devices.Find("/dev/cciss/c0d0")!.Name);
        Assert.Null(devices.Find("/dev/none"));
        Assert.Equal("LUKS2", devices.Find("dm-0")!.Encryption);
        Assert.Equal(
            ["loop0", "dm-0", "nvme0n1p2", "nvme0n1"],
            Assert.Single(devices.Ways(devices.Find("loop0")!)).Select(device => device.Name)
        );
        Assert.Equal("vda", devices.Holding("/srv/x")!.Name);
    }

    [Fact]
    public void Circles_of_devices_end()
    {
        var devices = BlockDevices.Of(
            Host(
                new Fact("/sys/class/block/a/slaves/", Entries: [new FactEntry("b", 0, 0), new FactEntry("a", 0, 0)]),
                new Fact("/sys/class/block/b/slaves/", Entries: [new FactEntry("a", 0, 0)])
            )
        );
        Assert.Equal(["a", "b"], Assert.Single(devices.Ways(devices.Find("a")!)).Select(device => device.Name));
    }

    [Fact]
    public void Many_layers_of_many_devices_stay_bounded()
    {
        Fact[] facts =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(layer => new Fact(
                    $"/sys/class/block/d{layer}/slaves/",
                    Entries: [.. Enumerable.Range(layer + 1, 12).Select(below => new FactEntry($"d{below}", 0, 0))]
                )),
        ];
        var devices = BlockDevices.Of(Host(facts));
        Assert.InRange(devices.Ways(devices.Find("d0")!).Count, 1, 256);
    }

    [Fact]
    public void Compressed_swap_is_read_from_the_file_that_counts_and_its_snippets()
    {
        IReadOnlyList<CompressedSwap> devices = CompressedSwap.Of(Host(
            new Fact("/usr/lib/systemd/zram-generator.conf", "[zram7]\n"),
            new Fact("/etc/systemd/zram-generator.conf", "# c\n[zram0]\nzram-size = ram / 2\n"),
            new Fact("/etc/systemd/zram-generator.conf.d/w.conf", "[zram0]\nwriteback-device=/dev/sdb3\n")
        )
    );
        Assert.Equal(("zram0", "/dev/sdb3"), (Assert.Single(devices).Name, devices[0].WritebackDevice));
    }

    [Fact]
    public void Hostile_tables_never_throw()
    {
        var random = new Random(7);
        string[] words =
        [
            "-",
            "/",
            "/dev/sda2",
            "swap",
            "tmpfs",
            "\\040",
            "\\",
            "none",
            "0:0",
            ",",
            "=",
            "",
            "#",
            "partition",
            "file",
            "[zram0]",
            "writeback-device=",
            "What=",
            "\0",
            "/dev/mapper/",
            "/dev/urandom",
            "UUID=",
            "…",
        ];
        for (int round = 0; round < 200_000; round++)
        {
            string text = string.Concat(
                Enumerable.Range(0, random.Next(14)).Select(_ => words[random.Next(words.Length)] + (random.Next(5) == 0 ? "\n" : " "))
            );
            var scope = (FactScope)random.Next(3);
            var facts = new HostFacts(
                "test",
                scope,
                SwapAreas.Wants,
                [
                    new Fact("/proc/self/mountinfo", text),
                    new Fact("/proc/swaps", "head\n" + text),
                    new Fact("/etc/fstab", text),
                    new Fact("/etc/crypttab", text),
                    new Fact("/etc/systemd/zram-generator.conf", text),
                    new Fact("/etc/systemd/system/x.swap", text),
                ]
            );
            Assert.NotNull(SwapAreas.Of(facts));
            _ = MountTable.Of(facts).Holding(text);
            _ = BlockDevices.Of(facts).Find(text.Trim());
        }
    }
}
