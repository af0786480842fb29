using Lethe.Facts;
using Lethe.Facts.Guests;

namespace Lethe.Tests.Facts.Guests;

public sealed class GuestMachinesTests
{
    internal const string Domain = """
        <domain type='kvm'>
          <name>web</name>
          <memory unit='KiB' dumpCore='on'>1048576</memory>
          <memoryBacking>
            <source type='file'/>
            <locked/>
            <discard/>
          </memoryBacking>
          <devices>
            <memballoon model='virtio' freePageReporting='on'/>
          </devices>
          <launchSecurity type='sev-snp'/>
        </domain>
        """;

    internal const string Qemu = """
        #!/bin/sh
        # a machine
        exec /usr/bin/qemu-system-x86_64 -name guest=db,debug-threads=on \
          -machine q35,accel=kvm,mem-merge=off,dump-guest-core=off,memory-backend=ram \
          -object memory-backend-file,id=ram,size=1G,mem-path=/var/tmp/ram,share=off,dump=on \
          -overcommit mem-lock=on -device 'virtio-balloon-pci,free-page-reporting=on'
        """;

    internal const string Kata = """
        [hypervisor.qemu]
        path = "/usr/bin/qemu-system-x86_64"
        shared_fs = "virtio-fs"
        enable_guest_swap = true
        guest_memory_dump_path = "/var/crash/kata"
        [factory]
        enable_template = true
        """;

    internal const string Firecracker = """
        {
          "boot-source": { "kernel_image_path": "vmlinux" },
          "machine-config": { "vcpu_count": 1, "mem_size_mib": 128, "huge_pages": "2M" },
          "balloon": { "amount_mib": 0, "deflate_on_oom": true, "free_page_reporting": true }
        }
        """;

    internal const string Snapshot = """{ "snapshot_path": "s", "mem_backend": { "backend_path": "/srv/mem", "backend_type": "File" } }""";

    internal const string CloudHypervisor =
        "cloud-hypervisor --kernel vmlinux --memory size=0,mergeable=on --memory-zone id=a,size=1G,file=/srv/ram id=b,size=1G --balloon "
            + "size=0,free_page_reporting=on --platform sev_snp=on";

    [Fact]
    public void A_domain_is_read_with_the_lines_it_stands_on()
    {
        GuestMachine machine = Only("libvirt", Domain);
        Assert.Equal((MachineMonitor.Libvirt, "web", 2), (machine.Monitor, machine.Name, machine.Origin.Line));
        Assert.Equal((true, 3), (machine.DumpsCore!.IsOn, machine.DumpsCore.Evidence.Line));
        Assert.Equal((true, true), (machine.Merges!.IsOn, machine.Merges.IsDefault));
        Assert.Equal(("/var/lib/libvirt/qemu/ram", 5), (machine.File!.Path, machine.File.Evidence.Line));
        Assert.True(
            machine
                is {
                    Locked.IsOn: true,
                    LockLimit.IsOn: false,
                    Discards.IsOn: true,
                    ReturnsFreePages.IsOn: true,
                    Encrypted.IsOn: true,
                    HugePages.IsOn: false
                }
        );
    }

    [Fact]
    public void What_a_domain_leaves_open_its_driver_says()
    {
        string domain = Domain.Replace(" dumpCore='on'", "", StringComparison.Ordinal);
        Assert.Null(Only("libvirt", domain).DumpsCore!.IsOn);
        Assert.False(Only("libvirt", domain, new Fact("/etc/libvirt/qemu.conf", "user = \"qemu\"\n#dump_guest_core = 1")).DumpsCore!.IsOn);
        GuestMachine told = Only(
            "libvirt",
            domain,
            new Fact("/etc/libvirt/qemu.conf", "dump_guest_core = 1\nmemory_backing_dir = \"/dev/shm\"")
        );
        Assert.True(told.DumpsCore!.IsOn);
        Assert.True(told.File!.IsInMemory);
    }

    [Fact]
    public void A_shell_command_of_QEMU_is_read_over_its_lines()
    {
        GuestMachine machine = Only("qemu", Qemu);
        Assert.Equal("db", machine.Name);
        Assert.Equal((false, 4), (machine.Merges!.IsOn, machine.Merges.Evidence.Line));
        Assert.Equal((true, 5), (machine.DumpsCore!.IsOn, machine.DumpsCore.Evidence.Line));
        Assert.Equal("/var/tmp/ram", machine.File!.Path);
        Assert.True(machine is { Locked.IsOn: true, ReturnsFreePages.IsOn: true, Encrypted.IsOn: false, Discards.IsOn: false });
    }

    [Fact]
    public void QEMU_merges_and_dumps_unless_told_not_to()
    {
        GuestMachine machine = Only("qemu", "qemu-system-x86_64 -m 1G");
        Assert.True(
            machine
                is { Merges: { IsOn: true, IsDefault: true }, DumpsCore: { IsOn: true, IsDefault: true }, Locked.IsOn: false, File: null }
        );
    }

    [Fact]
    public void Objects_in_JSON_and_confidential_guests_are_understood()
    {
        GuestMachine machine = Only(
            "qemu",
            "qemu-system-x86_64 -machine q35,confidential-guest-support=sev0 "
                + """-object '{"qom-type":"memory-backend-memfd","id":"ram","share":true,"hugetlb":true}' """
                + "-object sev-snp-guest,id=sev0,cbitpos=51"
        );
        Assert.True(machine is { Encrypted.IsOn: true, HugePages.IsOn: true, Merges.IsOn: false });
        Assert.False(Only("qemu", "qemu-system-x86_64 -object tdx-guest,id=tdx0").Encrypted!.IsOn);
    }

    [Fact]
    public void Kata_puts_shared_memory_into_dev_shm()
    {
        GuestMachine machine = Only("kata", Kata);
        Assert.Equal("/dev/shm", machine.File!.Path);
        Assert.True(machine is { DumpsCore.IsOn: true, GuestSwap.IsOn: true, HugePages.IsOn: false });
        Assert.Equal(["/var/crash/kata", "/run/vc/vm/template"], machine.Written.Select(written => written.Where));
    }

    [Fact]
    public void Firecracker_and_Cloud_Hypervisor_are_read()
    {
        Assert.True(Only("firecracker", Firecracker) is { HugePages.IsOn: true, ReturnsFreePages.IsOn: true, Merges: null });
        Assert.Equal("/srv/mem", Assert.Single(Only("firecracker", Snapshot).Written).Where);
        GuestMachine machine = Only("cloud-hypervisor", CloudHypervisor);
        Assert.True(machine is { Merges.IsOn: true, ReturnsFreePages.IsOn: true, Encrypted.IsOn: true, File.Path: "/srv/ram" });
        Assert.True(
            Only(
                "cloud-hypervisor",
                """{"payload": {}, "memory": {"size": 1, "hugepages": true, "zones": [{"id": "a", "file": "/srv/ram"}]}}"""
            )
                is { HugePages.IsOn: true, File.Path: "/srv/ram" }
        );
    }

    [Fact]
    public void What_gVisor_writes_to_the_host_is_known()
    {
        Assert.Equal(
            ["a file in the container's root directory"],
            Only("gvisor", "runsc --platform=systrap run x").Written.Select(written => written.Where)
        );
        Assert.Empty(Only("gvisor", "runsc --overlay2=all:memory run x").Written);
        Assert.Equal(2, Only("gvisor", "[runsc_config]\nstrace = \"true\"\ndebug-log = \"/tmp/log\"").Written.Count);
        Assert.Empty(Only("gvisor", "[runsc_config]\noverlay2 = \"all:memory\"").Written);
    }

    [Fact]
    public void Running_machines_are_what_they_were_told_and_what_the_kernel_says()
    {
        var facts = new HostFacts("test", FactScope.Host, GuestMachines.Wants, [
            new Fact("vmm:7", "/usr/bin/qemu-system-x86_64\n-name\nguest=db\n-overcommit\nmem-lock=on", Source: "/proc/7/cmdline"),
            new Fact("vmm:7/status", "VmLck:\t       0 kB\nVmRSS:\t  900 kB", Source: "/proc/7/status"),
        ]);
        GuestMachine machine = Assert.Single(GuestMachines.Of(facts).All);
        Assert.Equal(("db", false, "VmLck:\t       0 kB"), (machine.Name, machine.Locked!.IsOn, machine.Locked.Evidence.Text));
    }

    [Fact]
    public void Broken_and_closed_files_are_told_and_others_still_read()
    {
        var facts = new HostFacts("test", FactScope.Files, [], [
            new Fact("given:libvirt/0000-a", "<domain", Source: "a"),
            new Fact("given:libvirt/0001-b", Domain, Source: "b"),
            new Fact("given:kata/0002-c", "[x", Source: "c"),
        ]);
        Assert.Single(GuestMachines.Of(facts).All);
        Assert.Equal(["a", "c"], GuestMachines.Of(facts).Unread.Select(unread => unread.Source));
        var closed = new HostFacts(
            "test",
            FactScope.Host,
            GuestMachines.Wants,
            [new Fact("/etc/libvirt/qemu/", Problem: "permission denied; run as root")]
        );
        Assert.Contains("run as root", Assert.Single(GuestMachines.Of(closed).Unread).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libvirt", Domain)]
    [InlineData("kata", Kata)]
    [InlineData("firecracker", Firecracker)]
    public void Broken_configurations_do_no_harm(string form, string seed) =>
        Fuzzing.Try(200_000, [seed], ["<", ">", "\"", "{", "[", "]]>", "<!DOCTYPE a>", "&a;", "memory", "=", "\0", ","], text =>
    {
        if (GuestMachines.Of(GivenHost.Of(form, text)).Unread is [var unread, ..]) throw new FactsException(unread.Text, "");
    });

    [Fact]
    public void Broken_commands_do_no_harm()
    {
        string[] seeds =
        [
            Qemu,
            CloudHypervisor,
            "runsc --overlay2=all:memory --strace run x",
            """-object '{"qom-type":"memory-backend-ram","id":"a"}' -M q35""",
        ];
        string[] forms = ["qemu", "cloud-hypervisor", "gvisor", "crosvm"];
        Fuzzing.Try(
            Trials.Of(100_000),
            seeds,
            ["'", "\"", "\\", "\\\n", "#", ",,", "=", " -object ", " --memory-zone ", "{\"", "\0", " -machine "],
            text =>
        {
            GuestMachine? machine = GuestMachines.Of(GivenHost.Of(forms[text.Length % forms.Length], text)).All.SingleOrDefault();
            // A command cannot be broken; that not all are alike shows that they were read.
            if (machine?.Merges is { IsDefault: true }) throw new FactsException("nothing is said of merging", "");
        });
    }

    private static GuestMachine Only(string form, string text, params Fact[] others) =>
        Assert.Single(GuestMachines.Of(GivenHost.Of(form, text, others)).All);
}
