using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Tests.Media.Auditing;

public sealed class PersistentMemoryAuditTests
{
    private const string Encrypted = "persistent-memory/encrypted",
        Direct = "persistent-memory/not-mapped-directly",
        Sectors = "persistent-memory/whole-sectors",
        Locked = "persistent-memory/modules-locked",
        Bus = "/sys/bus/nd/devices/";

    [Fact]
    public void A_namespace_is_closed_when_all_that_uses_it_is_encrypted()
    {
        Vault("safe", "pmem0s").With("/proc/self/mountinfo", "24 1 254:0 / /data rw - ext4 /dev/mapper/vault rw\n").IsClosed(Encrypted);
        Namespace("memory", "pmem0")
            .With("/proc/self/mountinfo", "24 1 259:0 / /data rw,dax=always - ext4 /dev/pmem0 rw\n")
            .IsOpen(Encrypted);
        Namespace("dax", null).IsOpen(Encrypted);
        Namespace("raw", "pmem0").With("/proc/self/mountinfo", "").IsUnknown(Encrypted);
        Namespace("memory", "pmem0").Denied("/proc/self/mountinfo").IsUnknown(Encrypted);
        // None at all, or none that holds anything.
        new MemoryHost().IsClosed(Encrypted);
        Namespace("raw", "pmem0").With(Bus + "namespace0.0/size", "0\n").IsClosed(Encrypted);
        new MemoryHost().NothingLooked().IsUnknown(Encrypted);
    }

    [Fact]
    public void Direct_mapping_is_open_and_its_repair_takes_the_option_off()
    {
        Judgement open = Namespace("memory", "pmem0")
            .With("/proc/self/mountinfo", "24 1 259:0 / /data rw - ext4 /dev/pmem0 rw,dax=always\n")
            .With("/etc/fstab", "/dev/pmem0 /data ext4 noatime,dax 0 2\n")
            .IsOpen(Direct);
        Assert.Equal<Repair>(
            [new TableLine("etc/fstab", "/dev/pmem0 /data ext4 noatime,dax 0 2", "/dev/pmem0 /data ext4 noatime,dax=never 0 2")],
            open.Repairs
        );
        // Mounted by hand: no table has a line of it.
        Assert.IsType<ManualRepair>(
            Assert.Single(
                Namespace("memory", "pmem0")
                    .With("/proc/self/mountinfo", "24 1 259:0 / /data rw - ext4 /dev/pmem0 rw,dax=always\n")
                    .IsOpen(Direct)
                    .Repairs
            )
        );
        Namespace("memory", "pmem0").With("/proc/self/mountinfo", "24 1 259:0 / /data rw - ext4 /dev/pmem0 rw\n").IsClosed(Direct);
        Namespace("memory", "pmem0")
            .With("/proc/self/mountinfo", "24 1 259:0 / /data rw - xfs /dev/pmem0 rw,dax=inode\n")
            .IsUnknown(Direct);
        Namespace("memory", "pmem0").Denied("/proc/self/mountinfo").IsUnknown(Direct);
        new MemoryHost().AtRest().With("/etc/fstab", "/dev/pmem0 /data ext4 dax 0 2\n").IsOpen(Direct);
    }

    [Fact]
    public void An_encrypted_volume_belongs_on_sector_mode()
    {
        Vault("safe", "pmem0s").IsClosed(Sectors);
        Vault("memory", "pmem0").IsOpen(Sectors);
        Vault("something", "pmem0").IsUnknown(Sectors);
        Assert.Empty(Namespace("memory", "pmem0").Judge(Sectors));
    }

    [Theory]
    [InlineData("unlocked", "1", Posture.Closed)]
    [InlineData("locked", null, Posture.Closed)]
    [InlineData("frozen", null, Posture.Closed)]
    [InlineData("unlocked", "0", Posture.Open)]
    [InlineData("disabled", "0", Posture.Open)]
    [InlineData(null, null, Posture.Open)]
    [InlineData("overwrite", null, Posture.Unknown)]
    [InlineData("?", null, Posture.Unknown)]
    public void A_module_is_judged_by_its_security_state(string? state, string? frozen, Posture expected)
    {
        MemoryHost host = new MemoryHost().Directory(Bus, new FactEntry("nmem0", 0, 0), new FactEntry("region0", 0, 0));
        if (state is not null) host.With(Bus + "nmem0/security", state + "\n");
        if (frozen is not null) host.With(Bus + "nmem0/frozen", frozen + "\n");
        Assert.Equal(expected, host.One(Locked).State);
    }

    private static MemoryHost Namespace(string mode, string? device)
    {
        MemoryHost host = new MemoryHost()
            .With(Bus + "namespace0.0/mode", mode + "\n")
            .With(Bus + "namespace0.0/holder", mode == "safe" ? "btt0.0\n" : "\n");
        if (device is null) return host;
        return host.Directory(Bus + (mode == "safe" ? "btt0.0" : "namespace0.0") + "/block/", new FactEntry(device, 0, 0))
            .Device(device, "259:0", $"../../devices/LNXSYSTM:00/ndbus0/region0/namespace0.0/block/{device}");
    }

    private static MemoryHost Vault(string mode, string device) =>
        Namespace(mode, device)
            .Device("dm-0", "254:0", "../../devices/virtual/block/dm-0", ("dm/name", "vault"), ("dm/uuid", "CRYPT-LUKS2-aa-vault"))
            .Slaves("dm-0", device)
            .With("/proc/self/mountinfo", "");
}
