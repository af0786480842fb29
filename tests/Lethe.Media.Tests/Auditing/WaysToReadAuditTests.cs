using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Tests.Media.Auditing;

public sealed class WaysToReadAuditTests
{
    private const string Core = "ways-to-read/kernel-core",
        Physical = "ways-to-read/physical-memory",
        Kernel = "ways-to-read/other-kernel",
        Locked = "ways-to-read/locked-down",
        Debugging = "ways-to-read/debugging",
        Processes = "ways-to-read/other-processes";
    private const string Confined = "ways-to-read/devices-confined",
        Plugged = "ways-to-read/plugged-in-devices",
        Encrypted = "ways-to-read/memory-encrypted",
        Cleared = "ways-to-read/memory-cleared-at-restart";
    private const string LockdownFile = "/sys/kernel/security/lockdown",
        Overwrite = "/sys/firmware/efi/efivars/MemoryOverwriteRequestControl-e20939be-32d4-41be-a150-897f85d49829";
    private const string Amd =
            "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 7543 32-Core Processor\nflags\t\t: fpu vme sme sev sev_es\n",
        Intel = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Gold 6338\nflags\t\t: fpu vme tme\n";
    private const string Old = "vendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Core(TM) i5\nflags\t\t: fpu vme\n",
        Virtual = "vendor_id\t: AuthenticAMD\nmodel name\t: QEMU\nflags\t\t: fpu vme hypervisor sme\n";

    [Fact]
    public void Kcore_shows_memory_unless_it_is_not_built_or_locked()
    {
        Built("CONFIG_PROC_KCORE=y").With(LockdownFile, "[none] integrity confidentiality\n").IsOpen(Core);
        Built("CONFIG_PROC_KCORE=y").With(LockdownFile, "none [integrity] confidentiality\n").IsOpen(Core);
        Built("CONFIG_PROC_KCORE=y").With(LockdownFile, "none integrity [confidentiality]\n").IsClosed(Core);
        Built("# CONFIG_PROC_KCORE is not set").IsClosed(Core);
        Built("CONFIG_PROC_KCORE=y").Denied(LockdownFile).IsUnknown(Core);
        new MemoryHost().With(LockdownFile, "[none] integrity confidentiality\n").IsUnknown(Core);
        new MemoryHost().AtRest().With("/boot/config-6.1.0", "CONFIG_PROC_KCORE=y\n").With("/etc/kernel/cmdline", "quiet").IsOpen(Core);
        new MemoryHost()
            .AtRest()
            .With("/boot/config-6.1.0", "CONFIG_PROC_KCORE=y\n")
            .With("/etc/kernel/cmdline", "quiet lockdown=confidentiality")
            .IsClosed(Core);
    }

    [Fact]
    public void Device_mem_shows_memory_unless_it_is_strict_or_locked()
    {
        Built("CONFIG_DEVMEM=y\n# CONFIG_STRICT_DEVMEM is not set")
            .With(LockdownFile, "[none] integrity confidentiality\n")
            .IsOpen(Physical);
        Built("CONFIG_DEVMEM=y\n# CONFIG_STRICT_DEVMEM is not set")
            .With(LockdownFile, "none [integrity] confidentiality\n")
            .IsClosed(Physical);
        Built("CONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=y").IsClosed(Physical);
        Built("# CONFIG_DEVMEM is not set").IsClosed(Physical);
        new MemoryHost().IsUnknown(Physical);
    }

    [Fact]
    public void Kexec_takes_memory_over_unless_it_is_off_or_absent()
    {
        Assert.Equal<Repair>(
            [new SystemSetting("kernel.kexec_load_disabled", "1")],
            new MemoryHost().With("/proc/sys/kernel/kexec_load_disabled", "0\n").IsOpen(Kernel).Repairs
        );
        new MemoryHost().With("/proc/sys/kernel/kexec_load_disabled", "1\n").IsClosed(Kernel);
        new MemoryHost().IsClosed(Kernel);
        new MemoryHost().Denied("/proc/sys/kernel/kexec_load_disabled").IsUnknown(Kernel);
        new MemoryHost()
            .AtRest()
            .With("/boot/config-6.1.0", "# CONFIG_KEXEC is not set\n# CONFIG_KEXEC_FILE is not set\n")
            .IsClosed(Kernel);
        new MemoryHost().AtRest().With("/etc/sysctl.d/k.conf", "kernel.kexec_load_disabled = 1\n").IsClosed(Kernel);
    }

    [Fact]
    public void Only_lockdown_for_confidentiality_is_closed()
    {
        new MemoryHost().With(LockdownFile, "none integrity [confidentiality]\n").IsClosed(Locked);
        Assert.Equal<Repair>(
            [new KernelParameter("lockdown", "confidentiality")],
            new MemoryHost().With(LockdownFile, "none [integrity] confidentiality\n").IsOpen(Locked).Repairs
        );
        Built("# CONFIG_SECURITY_LOCKDOWN_LSM is not set").IsOpen(Locked);
        new MemoryHost().With(LockdownFile, "nonsense").IsUnknown(Locked);
        new MemoryHost().IsUnknown(Locked);
        new MemoryHost()
            .AtRest()
            .With("/etc/kernel/cmdline", "quiet")
            .With("/boot/config-6.1.0", "CONFIG_LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY=y\n")
            .IsClosed(Locked);
    }

    [Fact]
    public void Debugfs_is_open_where_it_is_mounted()
    {
        new MemoryHost().With("/proc/self/mountinfo", "29 23 0:7 / /sys/kernel/debug rw,nosuid - debugfs debugfs rw\n").IsOpen(Debugging);
        new MemoryHost().With("/proc/self/mountinfo", "24 1 8:1 / / rw - ext4 /dev/sda1 rw\n").IsClosed(Debugging);
        new MemoryHost().With("/proc/cmdline", "quiet debugfs=off").IsClosed(Debugging);
        new MemoryHost().Denied("/proc/self/mountinfo").IsUnknown(Debugging);
    }

    [Fact]
    public void Without_yama_processes_of_a_user_read_each_other()
    {
        const string scope = "/proc/sys/kernel/yama/ptrace_scope";
        new MemoryHost().With(scope, "1\n").IsClosed(Processes);
        new MemoryHost().With(scope, "0\n").IsOpen(Processes);
        new MemoryHost().IsOpen(Processes);
        new MemoryHost().Denied(scope).IsUnknown(Processes);
    }

    [Theory]
    [InlineData("sampling", "kernel/perf_event_paranoid", "2", "-1")]
    [InlineData("loaded-programs", "kernel/unprivileged_bpf_disabled", "2", "0")]
    [InlineData("page-faults", "vm/unprivileged_userfaultfd", "0", "1")]
    [InlineData("kernel-addresses", "kernel/kptr_restrict", "2", "0")]
    public void Settings_close_ways_for_programs_without_rights(string rule, string file, string closed, string open)
    {
        string path = "/proc/sys/" + file, id = "ways-to-read/" + rule;
        new MemoryHost().With(path, closed + "\n").IsClosed(id);
        var repair = Assert.IsType<SystemSetting>(Assert.Single(new MemoryHost().With(path, open + "\n").IsOpen(id).Repairs));
        new MemoryHost().With(path, repair.Value + "\n").IsClosed(id);
        new MemoryHost().Denied(path).IsUnknown(id);
        new MemoryHost().With(path, "99999999999999999999\n").IsUnknown(id);
        new MemoryHost().AtRest().With("/etc/sysctl.conf", $"{repair.Name}={open}\n").IsOpen(id);
        new MemoryHost().AtRest().IsUnknown(id);
    }

    [Fact]
    public void Devices_are_confined_by_an_iommu_that_is_not_passed_by()
    {
        MemoryHost Groups(params string[] types)
        {
            MemoryHost host = new MemoryHost()
                .Directory("/sys/class/iommu/", new FactEntry("dmar0", 0, 0))
                .With("/proc/cmdline", "quiet iommu=pt");
            for (int group = 0; group < types.Length; group++) host.With($"/sys/kernel/iommu_groups/{group}/type", types[group] + "\n");
            return host;
        }

        Groups("DMA-FQ", "DMA").IsClosed(Confined);
        Assert.Equal<Repair>([new NoKernelParameter("iommu=pt")], Groups("identity", "DMA-FQ").IsOpen(Confined).Repairs);
        Groups().IsUnknown(Confined);
        Assert.Contains(
            new KernelParameter("intel_iommu", "on"),
            new MemoryHost().Directory("/sys/class/iommu/").With("kernel:processor", Intel).IsOpen(Confined).Repairs
        );
        new MemoryHost().Directory("/sys/class/iommu/").Denied("kernel:processor").IsUnknown(Confined);
        Assert.Empty(new MemoryHost().Directory("/sys/class/iommu/").With("kernel:processor", Virtual).Judge(Confined));
    }

    [Fact]
    public void Thunderbolt_is_closed_by_a_level_or_by_the_iommu()
    {
        const string domain = "/sys/bus/thunderbolt/devices/domain0/";
        new MemoryHost().With(domain + "security", "user\n").IsClosed(Plugged);
        new MemoryHost().With(domain + "security", "none\n").With(domain + "iommu_dma_protection", "1\n").IsClosed(Plugged);
        new MemoryHost().With(domain + "security", "none\n").With(domain + "iommu_dma_protection", "0\n").IsOpen(Plugged);
        new MemoryHost().Denied(domain + "security").IsUnknown(Plugged);
        Assert.Empty(new MemoryHost().Judge(Plugged));
    }

    [Fact]
    public void Memory_is_encrypted_when_the_log_says_so()
    {
        const string start = "[    0.000000] Linux version 6.1.0-18-amd64\n";
        new MemoryHost()
            .With("kernel:processor", Amd)
            .With("kernel:log", start + "[    0.2] Memory Encryption Features active: AMD SME")
            .IsClosed(Encrypted);
        new MemoryHost()
            .With("kernel:processor", Intel)
            .With("kernel:log", start + "[    0.2] x86/tme: enabled by BIOS")
            .IsClosed(Encrypted);
        new MemoryHost()
            .With("kernel:processor", Virtual)
            .With("kernel:log", start + "[    0.2] Memory Encryption Features active: AMD SEV SEV-ES SEV-SNP")
            .IsClosed(Encrypted);
        Assert.Contains(
            new KernelParameter("mem_encrypt", "on"),
            new MemoryHost().With("kernel:processor", Amd).With("kernel:log", start).IsOpen(Encrypted).Repairs
        );
        new MemoryHost()
            .With("kernel:processor", Intel)
            .With("kernel:log", start + "[    0.2] x86/tme: not enabled by BIOS")
            .IsOpen(Encrypted);
        new MemoryHost().With("kernel:processor", Old).IsOpen(Encrypted);
        new MemoryHost().With("kernel:processor", Amd).Denied("kernel:log").IsUnknown(Encrypted);
        new MemoryHost().With("kernel:processor", Amd).With("kernel:log", "[ 9.9] later").IsUnknown(Encrypted);
        Assert.Empty(new MemoryHost().With("kernel:processor", Virtual).With("kernel:log", start).Judge(Encrypted));
    }

    [Fact]
    public void Firmware_clears_memory_when_the_bit_is_set()
    {
        MemoryHost Firmware() =>
            new MemoryHost().Directory("/sys/firmware/efi/", new FactEntry("efivars", 0, 0)).With("kernel:processor", Intel);
        Firmware().With(Overwrite, "\a\0\0\0\u0001").IsClosed(Cleared);
        Firmware().With(Overwrite, "\a\0\0\0\0").IsOpen(Cleared);
        Firmware().With(Overwrite, "\a").With("/proc/self/mountinfo", "").IsUnknown(Cleared);
        Firmware().With("/proc/self/mountinfo", "31 22 0:26 / /sys/firmware/efi/efivars rw - efivarfs efivarfs rw\n").IsOpen(Cleared);
        Firmware().Denied(Overwrite).IsUnknown(Cleared);
        new MemoryHost().With("kernel:processor", Intel).IsOpen(Cleared);
        Assert.Empty(new MemoryHost().With("kernel:processor", Virtual).Judge(Cleared));
        new MemoryHost().AtRest().With("/boot/config-6.1.0", "CONFIG_RESET_ATTACK_MITIGATION=y\n").IsClosed(Cleared);
    }

    private static MemoryHost Built(string options) => new MemoryHost().With("kernel:config", options + "\n");
}
