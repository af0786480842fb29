using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Tests.Media.Auditing;

public sealed class HugePagePoolAuditTests
{
    private const string Empty = "huge-page-pool/empty",
        Files = "huge-page-pool/no-files-left",
        Pools = "/sys/kernel/mm/hugepages/",
        Two = Pools + "hugepages-2048kB/";

    private static MemoryHost Pool(string kept, string free) =>
        new MemoryHost()
            .Directory(Pools, new FactEntry("hugepages-2048kB", 0, 0))
            .With(Two + "nr_hugepages", kept + "\n")
            .With(Two + "free_hugepages", free + "\n");

    [Fact]
    public void A_pool_is_open_also_where_freed_pages_are_zeroed()
    {
        Assert.Contains("4 of them free", Pool("16", "4").Zeroing(onFree: true).IsOpen(Empty).Summary, StringComparison.Ordinal);
        Pool("0", "0").IsClosed(Empty);
        new MemoryHost().IsClosed(Empty);
        new MemoryHost().Directory(Pools, new FactEntry("hugepages-2048kB", 0, 0)).Denied(Two + "nr_hugepages").IsUnknown(Empty);
        new MemoryHost().NothingLooked().IsUnknown(Empty);
    }

    [Fact]
    public void The_repair_keeps_pages_for_those_who_use_them()
    {
        Assert.Equal<Repair>(
            [new KernelFile(Two + "nr_overcommit_hugepages", "16"), new KernelFile(Two + "nr_hugepages", "0")],
            Pool("16", "4").IsOpen(Empty).Repairs
        );
        Assert.Equal<Repair>(
            [new NoKernelParameter("hugepages=16"), new KernelFile(Two + "nr_hugepages", "0")],
            Pool("16", "16").With("/proc/cmdline", "root=/dev/sda1 hugepages=16").IsOpen(Empty).Repairs
        );
    }

    [Fact]
    public void At_rest_settings_and_parameters_decide()
    {
        new MemoryHost().AtRest().With("/etc/sysctl.d/10-huge.conf", "vm.nr_hugepages = 512\n").IsOpen(Empty);
        new MemoryHost().AtRest().With("/etc/kernel/cmdline", "hugepagesz=1G hugepages=4").IsOpen(Empty);
        new MemoryHost().AtRest().With("/etc/kernel/cmdline", "root=/dev/sda1").IsClosed(Empty);
        new MemoryHost().AtRest().IsUnknown(Empty);
    }

    [Fact]
    public void Files_in_huge_pages_are_open()
    {
        MemoryHost Mounted() =>
            new MemoryHost().With("/proc/self/mountinfo", "33 24 0:30 / /dev/hugepages rw,relatime - hugetlbfs hugetlbfs rw,pagesize=2M\n");
        Mounted().Directory("/dev/hugepages/", new FactEntry("rtemap_0", 2 << 20, 0)).IsOpen(Files);
        Mounted().Directory("/dev/hugepages/", new FactEntry("libvirt", 0, 0)).Directory("/dev/hugepages/libvirt/").IsClosed(Files);
        Mounted().Denied("/dev/hugepages/").IsUnknown(Files);
        Assert.Empty(new MemoryHost().Judge(Files));
        Assert.Equal(
            Posture.Unknown,
            new MemoryHost().With("/proc/self/mountinfo", "33 24 0:30 / /srv/elsewhere rw - hugetlbfs h rw\n").One(Files).State
        );
    }
}
