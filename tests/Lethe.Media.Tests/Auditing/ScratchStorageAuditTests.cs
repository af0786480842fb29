using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Tests.Media.Auditing;

public sealed class ScratchStorageAuditTests
{
    private const string Encrypted = "scratch-storage/encrypted",
        Discarded = "scratch-storage/discarded",
        Hidden = "scratch-storage/free-blocks-hidden",
        Volumes = "scratch-storage/removed-volumes-discarded",
        Drives = "scratch-storage/drives-encrypt";
    private const string Plain = "24 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n",
        Vault = "24 1 254:0 / / rw,relatime - ext4 /dev/mapper/vault rw\n",
        InMemory = "30 24 0:30 / /tmp rw - tmpfs tmpfs rw\n",
        Timers = "/etc/systemd/system/timers.target.wants/";

    [Fact]
    public void Every_place_that_is_there_is_judged()
    {
        Judgement[] judgements = new MemoryHost().Disk().With("/proc/self/mountinfo", Plain + InMemory)
            .Directory(
                "/var/lib/",
                new FactEntry("docker", 0, 0, "/srv/docker"),
                new FactEntry("libvirt", 0, 0),
                new FactEntry("dpkg", 0, 0)
            )
            .Judge(Encrypted);
        Assert.Equal(
            [
                ("/tmp", Posture.Closed),
                ("/var/tmp", Posture.Open),
                ("/srv/docker", Posture.Open),
                ("/var/lib/libvirt/images", Posture.Open),
            ],
            judgements.Select(judgement => (judgement.Subject!, judgement.State))
        );
        Assert.Contains("sda1", judgements[1].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_on_an_encrypted_device_or_cannot_be_told_is_said_so()
    {
        WithVault().With("/proc/self/mountinfo", Vault).IsClosed(Encrypted);
        Assert.All(WithVault().With("/proc/self/mountinfo", "24 1 0:50 / / rw - nfs4 server:/x rw\n").Judge(Encrypted), judgement =>
            Assert.Equal(Posture.Unknown, judgement.State)
        );
        Assert.All(new MemoryHost().Denied("/proc/self/mountinfo").Judge(Encrypted), judgement =>
            Assert.Equal(Posture.Unknown, judgement.State)
        );
        // The layer that an overlay writes to is what counts.
        WithVault()
            .With(
                "/proc/self/mountinfo",
                "24 1 0:51 / / rw - overlay overlay rw,upperdir=/data/upper\n"
                    + Vault.Replace(" / / ", " / /data ", StringComparison.Ordinal)
            )
            .IsClosed(Encrypted);
    }

    [Fact]
    public void At_rest_tables_and_units_decide()
    {
        const string table = "/dev/mapper/vault / ext4 defaults 0 1\n";
        new MemoryHost()
            .AtRest()
            .With("/etc/fstab", table)
            .With("/etc/crypttab", "vault UUID=12 none luks\n")
            .Judge(Encrypted)[..2]
            .ToList()
            .ForEach(judgement => Assert.Equal(Posture.Closed, judgement.State));
        Judgement[] mixed = new MemoryHost()
            .AtRest()
            .With("/etc/fstab", "/dev/sda1 / ext4 defaults 0 1\n")
            .Directory("/usr/lib/systemd/system/local-fs.target.wants/", new FactEntry("tmp.mount", 0, 0))
            .Judge(Encrypted);
        Assert.Equal([Posture.Closed, Posture.Open], mixed[..2].Select(judgement => judgement.State));
        Assert.Equal(
            Posture.Unknown,
            new MemoryHost().AtRest().With("/etc/fstab", "UUID=12 / ext4 defaults 0 1\n").Judge(Encrypted)[0].State
        );
    }

    [Fact]
    public void Discards_have_to_be_asked_for_and_to_pass_every_layer()
    {
        Discarding(WithVault(), Vault.Replace("rw\n", "rw,discard\n", StringComparison.Ordinal), ("sda", 1), ("dm-0", 1))
            .IsClosed(Discarded);
        Discarding(WithVault(), Vault, ("sda", 1), ("dm-0", 1)).Directory(Timers, new FactEntry("fstrim.timer", 0, 0)).IsClosed(Discarded);
        Judgement never = Discarding(WithVault(), Vault, ("sda", 1), ("dm-0", 1))
            .With("/etc/fstab", "/dev/mapper/vault / ext4 noatime 0 1\n")
            .IsOpen(Discarded);
        Assert.Equal<Repair>(
            [new TableLine("etc/fstab", "/dev/mapper/vault / ext4 noatime 0 1", "/dev/mapper/vault / ext4 noatime,discard 0 1")],
            never.Repairs
        );
        Judgement stopped = Discarding(WithVault(), Vault, ("sda", 1), ("dm-0", 0))
            .With("/etc/crypttab", "vault UUID=12 none luks\n")
            .IsOpen(Discarded);
        Assert.Contains("end at vault", stopped.Summary, StringComparison.Ordinal);
        Assert.Equal<Repair>(
            [new TableLine("etc/crypttab", "vault UUID=12 none luks", "vault UUID=12 none luks,discard")],
            stopped.Repairs
        );
        Assert.Contains(
            "sda takes no discards",
            Discarding(new MemoryHost().Disk(), Plain, ("sda", 0)).IsOpen(Discarded).Summary,
            StringComparison.Ordinal
        );
        Discarding(WithVault(), Vault, ("dm-0", 1)).IsUnknown(Discarded);
    }

    [Fact]
    public void Discards_that_pass_encryption_show_which_blocks_are_free()
    {
        Discarding(WithVault(), Vault, ("dm-0", 0)).IsClosed(Hidden);
        Assert.Equal(Posture.Open, Discarding(WithVault(), Vault, ("dm-0", 4096)).One(Hidden).State);
        WithVault().With("/proc/self/mountinfo", Vault).Denied("/sys/class/block/dm-0/queue/discard_max_bytes").IsUnknown(Hidden);
        Assert.Equal(Posture.Open, new MemoryHost().AtRest().With("/etc/crypttab", "vault UUID=12 none luks,discard\n").One(Hidden).State);
    }

    [Fact]
    public void Removed_volumes_are_discarded_when_the_manager_is_told_to()
    {
        MemoryHost Managed() =>
            new MemoryHost()
                .Disk()
                .Device("dm-1", "254:1", "../../devices/virtual/block/dm-1", ("dm/name", "vg-data"), ("dm/uuid", "LVM-abcdef"))
                .Slaves("dm-1", "sda2");
        Managed().With("/etc/lvm/lvm.conf", "devices {\n\tissue_discards = 1\n}\n").IsClosed(Volumes);
        Assert.Equal<Repair>(
            [new TableLine("etc/lvm/lvm.conf", "\t# issue_discards = 0", "\tissue_discards = 1")],
            Managed().With("/etc/lvm/lvm.conf", "devices {\n\t# issue_discards = 0\n}\n").IsOpen(Volumes).Repairs
        );
        Managed().IsOpen(Volumes);
        Managed().Denied("/etc/lvm/lvm.conf").IsUnknown(Volumes);
        Assert.Empty(new MemoryHost().Disk().Judge(Volumes));
    }

    [Fact]
    public void Of_drives_only_what_makes_it_no_matter_is_seen()
    {
        Assert.Equal(Posture.Closed, WithVault().One(Drives).State);
        new MemoryHost().Disk().With("/sys/class/block/sda/device/model", "Samsung SSD 870\n").IsUnknown(Drives);
        new MemoryHost().Device("mmcblk0", "179:0", "../../devices/platform/mmc/block/mmcblk0").IsOpen(Drives);
        Assert.Empty(new MemoryHost().Device("vda", "253:0", "../../devices/pci0000:00/virtio1/block/vda").Judge(Drives));
    }

    private static MemoryHost WithVault() =>
        new MemoryHost()
            .Disk()
            .Device("dm-0", "254:0", "../../devices/virtual/block/dm-0", ("dm/name", "vault"), ("dm/uuid", "CRYPT-LUKS2-aa-vault"))
            .Slaves("dm-0", "sda2");

    private static MemoryHost Discarding(MemoryHost host, string mounts, params (string Device, long Bytes)[] queues)
    {
        host.With("/proc/self/mountinfo", mounts);
        foreach ((string device, long bytes) in queues) host.With($"/sys/class/block/{device}/queue/discard_max_bytes", $"{bytes}\n");
        return host;
    }
}
