using Lethe.Media.Auditing;

namespace Lethe.Tests.Media.Auditing;

public sealed class KernelMemoryAuditTests
{
    private const string Objects = "kernel-buffers/cleared-when-freed",
        Passed = "kernel-buffers/no-cache-passed-over",
        Merged = "anonymous-memory/not-merged",
        Copies = "anonymous-memory/copies-cleared",
        Xen = "anonymous-memory/xen-scrubs";

    [Fact]
    public void Objects_follow_zeroing_and_poisoning_of_objects()
    {
        new MemoryHost().Zeroing(onFree: true).IsClosed(Objects);
        new MemoryHost().Zeroing(onFree: false).IsOpen(Objects);
        new MemoryHost().Zeroing(onFree: false).With("/proc/cmdline", "quiet slub_debug=FPZ").IsClosed(Objects);
        new MemoryHost().Zeroing(onFree: false).With("/proc/cmdline", "quiet slub_debug=P,dentry").IsOpen(Objects);
        new MemoryHost().Zeroing(onFree: false).With("slab:caches", "210 caches, 204 poisoned").IsClosed(Objects);
        new MemoryHost().Denied("kernel:log").Denied("/proc/cmdline").IsUnknown(Objects);
    }

    [Fact]
    public void Page_poisoning_leaves_objects_as_they_are() =>
        Assert.Contains(new NoKernelParameter("page_poison=1"), new MemoryHost()
            .With(
                "kernel:log",
                "[    0.04] mem auto-init: CONFIG_PAGE_POISONING is on, will take precedence over init_on_alloc and init_on_free\n[    "
                    + "0.04] mem auto-init: stack:off, heap alloc:off, heap free:off"
            )
            .IsOpen(Objects)
            .Repairs
    );

    [Fact]
    public void Caches_that_zeroing_passes_over_are_named()
    {
        Assert.Contains(
            "3 caches: anon_vma, filp, inode_cache",
            new MemoryHost()
                .With(
                    "slab:caches",
                    "anon_vma constructor typesafe-by-rcu\nfilp typesafe-by-rcu\ninode_cache constructor\n210 caches, 0 poisoned"
                )
                .IsOpen(Passed)
                .Summary,
            StringComparison.Ordinal
        );
        new MemoryHost().With("slab:caches", "210 caches, 0 poisoned").IsClosed(Passed);
        new MemoryHost().With("slab:caches", "anon_vma constructor\n210 caches, 208 poisoned").IsClosed(Passed);
        new MemoryHost().Denied("slab:caches").IsUnknown(Passed);
    }

    [Fact]
    public void Merged_pages_are_open_also_when_merging_has_stopped()
    {
        const string run = "/sys/kernel/mm/ksm/run", shared = "/sys/kernel/mm/ksm/pages_shared";
        new MemoryHost().With(run, "1\n").With(shared, "812\n").IsOpen(Merged);
        Assert.Equal(
            new KernelFile(run, "2"),
            Assert.Single(new MemoryHost().With(run, "0\n").With(shared, "812\n").IsOpen(Merged).Repairs)
        );
        new MemoryHost().With(run, "0\n").With(shared, "0\n").IsClosed(Merged);
        new MemoryHost().With(run, "2\n").IsClosed(Merged);
        new MemoryHost().IsClosed(Merged);
        new MemoryHost().With(run, "0\n").Denied(shared).IsUnknown(Merged);
    }

    [Fact]
    public void Copies_into_huge_pages_follow_zeroing()
    {
        const string file = "/sys/kernel/mm/transparent_hugepage/enabled";
        new MemoryHost().With(file, "always [madvise] never\n").Zeroing(onFree: false).IsOpen(Copies);
        new MemoryHost().With(file, "always [madvise] never\n").Zeroing(onFree: true).IsClosed(Copies);
        new MemoryHost().With(file, "always madvise [never]\n").Zeroing(onFree: false).IsClosed(Copies);
        new MemoryHost().Denied(file).IsUnknown(Copies);
    }

    [Fact]
    public void Xen_is_judged_where_it_is_controlled()
    {
        MemoryHost Control(string line) =>
            new MemoryHost()
                .With("/proc/xen/capabilities", "control_d\n")
                .With("xen:info", $"xen_version            : 4.17.4\nxen_commandline        : {line}\nfree_memory            : 100");
        Control("placeholder dom0_mem=4G scrub-domheap").IsClosed(Xen);
        Control("placeholder dom0_mem=4G scrub-domheap=1").IsClosed(Xen);
        Control("placeholder scrub-domheap no-scrub-domheap").IsOpen(Xen);
        Control("placeholder dom0_mem=4G").IsOpen(Xen);
        new MemoryHost().With("/proc/xen/capabilities", "control_d\n").Denied("xen:info").IsUnknown(Xen);
        Assert.Empty(new MemoryHost().With("/proc/xen/capabilities", "\n").Judge(Xen));
        Assert.Empty(new MemoryHost().Judge(Xen));
    }

    [Theory]
    [InlineData("keyring/collected-soon", "/proc/sys/kernel/keys/gc_delay", "300", "30")]
    [InlineData("keyring/persistent-expires", "/proc/sys/kernel/keys/persistent_keyring_expiry", "259200", "3600")]
    [InlineData("kernel-log/read-by-administrators-only", "/proc/sys/kernel/dmesg_restrict", "0", "1")]
    [InlineData("kernel-log/not-written-by-programs", "/proc/sys/kernel/printk_devkmsg", "ratelimit", "off")]
    [InlineData("kernel-log/no-registers-of-crashes", "/proc/sys/kernel/print-fatal-signals", "1", "0")]
    public void Settings_are_judged_as_they_are_in_effect(string rule, string path, string open, string closed)
    {
        new MemoryHost().With(path, open + "\n").IsOpen(rule);
        new MemoryHost().With(path, closed + "\n").IsClosed(rule);
        new MemoryHost().Denied(path).IsUnknown(rule);
    }

    [Fact]
    public void Secret_memory_is_offered_or_not()
    {
        const string rule = "memfd-secret/offered";
        new MemoryHost().With("kernel:config", "CONFIG_SECRETMEM=y\n").With("/proc/cmdline", "quiet").IsClosed(rule);
        new MemoryHost().With("kernel:config", "CONFIG_SECRETMEM=y\n").With("/proc/cmdline", "secretmem.enable=0").IsOpen(rule);
        new MemoryHost().With("/proc/cmdline", "quiet").Denied("kernel:config").IsUnknown(rule);
        new MemoryHost().With("kernel:config", "CONFIG_SECRETMEM=y\n").IsClosed("memfd-secret/cleared");
        new MemoryHost().Denied("kernel:config").IsUnknown("memfd-secret/cleared");
    }
}
