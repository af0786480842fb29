using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing;

public sealed class GuestMemoryAuditTests
{
    private const string Open = """
        <domain type='kvm'>
          <name>web/../x</name>
          <memory unit='KiB' dumpCore='on'>1048576</memory>
          <currentMemory unit='KiB'>1048576</currentMemory>
          <memoryBacking>
            <source type='file'/>
            <locked/>
            <discard/>
          </memoryBacking>
          <devices>
            <disk type='file' device='disk'><source file='/srv/web.qcow2'/></disk>
            <memballoon model='virtio'/>
          </devices>
        </domain>
        """;

    private const string Closed = """
        <domain type='kvm'>
          <name>web</name>
          <memory unit='KiB' dumpCore='off'>1048576</memory>
          <memoryBacking><nosharepages/><locked/></memoryBacking>
          <memtune><hard_limit unit='KiB'>2097152</hard_limit></memtune>
          <devices><memballoon model='virtio' freePageReporting='on'/></devices>
          <launchSecurity type='tdx'/>
        </domain>
        """;

    private const string Broken = "<domain><name>";

    public static TheoryData<string, string, string, Posture> Fixtures => new()
    {
        { "guest-memory/no-memory-file", "libvirt", Open, Posture.Open },
        {
            "guest-memory/no-memory-file",
            "qemu",
            "qemu-system-x86_64 -object memory-backend-file,id=a,mem-path=/var/tmp/ram",
            Posture.Open
        },
        { "guest-memory/no-memory-file", "qemu", "qemu-system-x86_64 -object memory-backend-memfd,id=a", Posture.Closed },
        {
            "guest-memory/no-memory-file",
            "qemu",
            "qemu-system-x86_64 -object memory-backend-file,id=a,mem-path=/proc/812/fd/9",
            Posture.Unknown
        },
        { "guest-memory/no-file-in-memory", "qemu", "qemu-system-x86_64 -mem-path /dev/fd/9", Posture.Unknown },
        { "guest-memory/no-memory-file", "qemu", "qemu-system-x86_64 -mem-path /dev/hugepages", Posture.Closed },
        {
            "guest-memory/no-memory-file",
            "cloud-hypervisor",
            "cloud-hypervisor --memory size=0 --memory-zone id=a,size=1G,file=/srv/ram",
            Posture.Open
        },
        { "guest-memory/no-memory-file", "libvirt", Broken, Posture.Unknown },
        { "guest-memory/no-file-in-memory", "kata", "[hypervisor.qemu]\nshared_fs = \"virtio-fs\"", Posture.Open },
        { "guest-memory/no-file-in-memory", "kata", "[hypervisor.qemu]\nshared_fs = \"none\"", Posture.Closed },
        {
            "guest-memory/no-file-in-memory",
            "kata",
            "[hypervisor.qemu]\nshared_fs = \"virtio-fs\"\nconfidential_guest = true",
            Posture.Closed
        },
        { "guest-memory/no-file-in-memory", "kata", "[hypervisor", Posture.Unknown },
        { "guest-memory/huge-pages-cleared", "firecracker", """{"machine-config": {"huge_pages": "2M"}}""", Posture.Open },
        { "guest-memory/huge-pages-cleared", "firecracker", """{"machine-config": {"huge_pages": "None"}}""", Posture.Closed },
        { "guest-memory/huge-pages-cleared", "firecracker", """{"machine-config": """, Posture.Unknown },
        { "guest-memory/huge-pages-cleared", "qemu", "qemu-system-x86_64 -mem-path /dev/hugepages", Posture.Open },
        { "guest-memory/huge-pages-cleared", "qemu", "qemu-system-x86_64 -object memory-backend-memfd,id=a,hugetlb=on", Posture.Open },
        { "guest-memory/huge-pages-cleared", "cloud-hypervisor", "cloud-hypervisor --memory size=1G,hugepages=on", Posture.Open },
        { "guest-memory/huge-pages-cleared", "crosvm", "crosvm run --hugepages vmlinux", Posture.Open },
        {
            "guest-memory/no-state-in-files",
            "firecracker",
            """{"snapshot_path": "s", "mem_backend": {"backend_type": "File", "backend_path": "/srv/mem"}}""",
            Posture.Open
        },
        {
            "guest-memory/no-state-in-files",
            "firecracker",
            """{"snapshot_path": "s", "mem_backend": {"backend_type": "Uffd", "backend_path": "/run/uffd"}}""",
            Posture.Closed
        },
        { "guest-memory/no-state-in-files", "firecracker", "{", Posture.Unknown },
        { "guest-memory/no-state-in-files", "kata", "[hypervisor.qemu]\nguest_memory_dump_path = \"/var/crash\"", Posture.Open },
        { "guest-memory/no-state-in-files", "gvisor", "runsc --platform=kvm run x", Posture.Open },
        { "guest-memory/no-state-in-files", "gvisor", "runsc --overlay2=all:memory run x", Posture.Closed },
        { "guest-memory/no-state-in-files", "qemu", "qemu-system-x86_64 -incoming file:/srv/state", Posture.Open },
        { "guest-memory/no-guest-swap", "kata", "[hypervisor.qemu]\nenable_guest_swap = true", Posture.Open },
        { "guest-memory/no-guest-swap", "kata", "[hypervisor.qemu]\nenable_guest_swap = false", Posture.Closed },
        { "guest-memory/no-guest-swap", "kata", "enable_guest_swap = ", Posture.Unknown },
        { "guest-memory/discard-not-relied-on", "libvirt", Open, Posture.Open },
        {
            "guest-memory/discard-not-relied-on",
            "qemu",
            "qemu-system-x86_64 -object memory-backend-file,id=a,mem-path=/srv/ram",
            Posture.Closed
        },
        { "guest-memory/discard-not-relied-on", "libvirt", Broken, Posture.Unknown },
        { "guest-memory/not-merged", "libvirt", Open, Posture.Open },
        { "guest-memory/not-merged", "libvirt", Closed, Posture.Closed },
        { "guest-memory/not-merged", "libvirt", Broken, Posture.Unknown },
        { "guest-memory/not-merged", "qemu", "qemu-system-x86_64 -m 1G", Posture.Open },
        { "guest-memory/not-merged", "qemu", "qemu-system-x86_64 -machine q35,mem-merge=off", Posture.Closed },
        { "guest-memory/not-merged", "cloud-hypervisor", "cloud-hypervisor --memory size=1G,mergeable=on", Posture.Open },
        { "guest-memory/not-merged", "cloud-hypervisor", "cloud-hypervisor --memory size=1G", Posture.Closed },
        { "guest-memory/not-dumped", "libvirt", Open, Posture.Open },
        { "guest-memory/not-dumped", "libvirt", Closed, Posture.Closed },
        { "guest-memory/not-dumped", "libvirt", "<domain><name>a</name><memory>1</memory></domain>", Posture.Unknown },
        { "guest-memory/not-dumped", "qemu", "qemu-system-x86_64 -m 1G", Posture.Open },
        { "guest-memory/not-dumped", "qemu", "qemu-system-x86_64 -M dump-guest-core=off", Posture.Closed },
        { "guest-memory/not-swapped", "qemu", "qemu-system-x86_64 -m 1G", Posture.Open },
        { "guest-memory/not-swapped", "qemu", "qemu-system-x86_64 -overcommit mem-lock=on", Posture.Closed },
        { "guest-memory/not-swapped", "libvirt", Broken, Posture.Unknown },
        { "guest-memory/lock-limited", "libvirt", Open, Posture.Open },
        { "guest-memory/lock-limited", "libvirt", Closed, Posture.Closed },
        { "guest-memory/lock-limited", "libvirt", Broken, Posture.Unknown },
        { "guest-memory/freed-pages-returned", "libvirt", Open, Posture.Open },
        { "guest-memory/freed-pages-returned", "libvirt", Closed, Posture.Closed },
        { "guest-memory/freed-pages-returned", "libvirt", Broken, Posture.Unknown },
        { "guest-memory/encrypted", "libvirt", Open, Posture.Open },
        { "guest-memory/encrypted", "libvirt", Closed, Posture.Closed },
        { "guest-memory/encrypted", "libvirt", Broken, Posture.Unknown },
    };

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Configurations_are_judged(string rule, string form, string text, Posture expected) =>
        Assert.Equal(expected, Judged.Worst(rule, Judged.Given(form, text)));

    [Fact]
    public void Every_rule_is_seen_closed_open_and_unknown() =>
        Assert.All(MediaMatrix.Rules.Where(one => one.Medium.Name == "guest-memory").Select(one => one.Rule.Id), rule =>
            Assert.Equal(3, Fixtures.Where(fixture => fixture.Data.Item1 == rule).Select(fixture => fixture.Data.Item4).Distinct().Count())
        );

    [Fact]
    public void Hosts_without_guests_are_not_judged() => Assert.All(
        MediaMatrix.Rules.Where(one => one.Medium.Name == "guest-memory"),
        one => Assert.Empty(one.Rule.Judge(new HostFacts("test", FactScope.Host, MediaMatrix.Wants, []))));

    [Fact]
    public void What_is_in_effect_counts_on_a_running_host()
    {
        var facts = new HostFacts("test", FactScope.Host, MediaMatrix.Wants, [
            new Fact("vmm:7", "qemu-system-x86_64\n-m\n1G", Source: "/proc/7/cmdline"), new Fact("/sys/kernel/mm/ksm/run", "0\n"),
            new Fact("/proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"),
        ]);
        Assert.Equal(Posture.Closed, Judged.Worst("guest-memory/not-merged", facts));
        Assert.Equal(Posture.Closed, Judged.Worst("guest-memory/not-swapped", facts));
        Assert.Equal(Posture.Open, Judged.Worst("guest-memory/not-dumped", facts));
        var merging = new HostFacts(
            "test",
            FactScope.Host,
            MediaMatrix.Wants,
            [new Fact("vmm:7", "qemu-system-x86_64\n-m\n1G"), new Fact("/sys/kernel/mm/ksm/run", "1\n")]
        );
        Assert.Equal(Posture.Open, Judged.Worst("guest-memory/not-merged", merging));
    }

    [Fact]
    public void The_deciding_line_is_quoted()
    {
        Citation line = Assert.Single(Judged.By("guest-memory/not-dumped", Judged.Given("libvirt", Open)).Single().Evidence);
        Assert.Equal(("file", 3, "<memory unit='KiB' dumpCore='on'>1048576</memory>"), (line.Source, line.Line, line.Text));
    }

    [Fact]
    public void A_repaired_domain_is_closed_and_else_as_it_was()
    {
        string[] rules =
        [
            "guest-memory/not-merged",
            "guest-memory/not-dumped",
            "guest-memory/no-memory-file",
            "guest-memory/freed-pages-returned",
        ];
        RepairFile file = Assert.Single(
            rules.SelectMany(rule => Judged.By(rule, Judged.Given("libvirt", Open)).Single().Repairs).OfType<RepairFile>().Distinct()
        );
        Assert.Equal("libvirt/web_.._x.xml", file.Path);
        Assert.All(rules, rule => Assert.Equal(Posture.Closed, Judged.Worst(rule, Judged.Given("libvirt", file.Content))));
        Assert.Contains("<source file=\"/srv/web.qcow2\" />", file.Content, StringComparison.Ordinal);
        Assert.Contains("\n    <nosharepages />", file.Content, StringComparison.Ordinal);
    }

    [Fact]
    public void A_domain_that_says_nothing_is_repaired_as_well()
    {
        const string bare = "<domain type='kvm'><name>a</name><memory>1</memory><devices/></domain>";
        RepairFile file = Judged
            .By("guest-memory/not-merged", Judged.Given("libvirt", bare))
            .Single()
            .Repairs.OfType<RepairFile>()
            .Single();
        Assert.All((string[])["guest-memory/not-merged", "guest-memory/not-dumped", "guest-memory/freed-pages-returned"], rule =>
            Assert.Equal(Posture.Closed, Judged.Worst(rule, Judged.Given("libvirt", file.Content)))
        );
    }
}
