using Lethe.Evidence;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Tests.Media.Auditing;

public sealed class CoreDumpAuditTests
{
    private const string Pattern = "/proc/sys/kernel/core_pattern",
        NotKept = "core-dump/not-kept",
        Environment = "core-dump/environment-not-logged",
        Privileged = "core-dump/privileged-not-dumped",
        Left = "core-dump/none-left";
    private const string Filtered = "core-dump/kernel-dump-filtered",
        Encrypted = "core-dump/kernel-dump-encrypted",
        LogsLeft = "core-dump/crash-logs-left",
        LogsKept = "core-dump/crash-logs-not-kept";
    private const string Systemd = "|/usr/lib/systemd/systemd-coredump %P %u %g %s %t 9223372036854775808 %h\n";

    [Theory]
    [InlineData("|/bin/false\n")]
    [InlineData("|/usr/bin/true %p\n")]
    [InlineData("|\n")]
    public void A_handler_that_drops_is_closed(string pattern) => new MemoryHost().With(Pattern, pattern).IsClosed(NotKept);

    [Theory]
    [InlineData("core\n")]
    [InlineData("/var/crash/core.%e.%p\n")]
    [InlineData("|/usr/share/apport/apport -p%p -s%s -c%c -d%d -P%P -u%u -g%g -F%F -- %E\n")]
    [InlineData("|/usr/libexec/abrt-hook-ccpp %s %c %p %u %g %t %P %I\n")]
    public void Files_and_collectors_are_open(string pattern) =>
        Assert.Contains(
            new SystemSetting("kernel.core_pattern", "|/bin/false"),
            new MemoryHost().With(Pattern, pattern).IsOpen(NotKept).Repairs
        );

    [Fact]
    public void What_cannot_be_told_is_unknown()
    {
        new MemoryHost().With(Pattern, "|/opt/vendor/collect %p\n").IsUnknown(NotKept);
        new MemoryHost().With(Pattern, "@/run/coredump.socket\n").IsUnknown(NotKept);
        new MemoryHost().Denied(Pattern).IsUnknown(NotKept);
        new MemoryHost().NothingLooked().IsUnknown(NotKept);
        new MemoryHost().AtRest().IsUnknown(NotKept);
        new MemoryHost().IsClosed(NotKept);
    }

    [Fact]
    public void An_empty_pattern_makes_no_file_unless_the_number_gives_it_a_name()
    {
        new MemoryHost().With(Pattern, "\n").With("/proc/sys/kernel/core_uses_pid", "0\n").IsClosed(NotKept);
        new MemoryHost().With(Pattern, "\n").With("/proc/sys/kernel/core_uses_pid", "1\n").IsOpen(NotKept);
        new MemoryHost().With(Pattern, "\n").Denied("/proc/sys/kernel/core_uses_pid").IsUnknown(NotKept);
    }

    [Fact]
    public void Systemd_writes_to_disk_unless_it_may_neither_store_nor_look()
    {
        MemoryHost Configured(string text) =>
            new MemoryHost()
                .With(Pattern, Systemd)
                .With("/etc/systemd/coredump.conf", "[Coredump]\n#Storage=external\n")
                .With("/etc/systemd/coredump.conf.d/90.conf", text);
        Assert.Contains(
            "/var/lib/systemd/coredump",
            new MemoryHost().With(Pattern, Systemd).IsOpen(NotKept).Summary,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "in the journal",
            Configured("[Coredump]\nStorage=journal\nProcessSizeMax=0\n").IsOpen(NotKept).Summary,
            StringComparison.Ordinal
        );
        Assert.Contains("deletes it", Configured("[Coredump]\nStorage=none\n").IsOpen(NotKept).Summary, StringComparison.Ordinal);
        Configured("[Other]\nStorage=none\nProcessSizeMax=0\n").IsOpen(NotKept);
        Configured("[Coredump]\nStorage=none\nProcessSizeMax=0\n").IsClosed(NotKept);
        Configured("[Coredump]\nExternalSizeMax=0\nProcessSizeMax=0K\n").IsClosed(NotKept);
        Configured("[Coredump]\nStorage=none\nProcessSizeMax=0.5G\n").IsOpen(NotKept);
        Configured("[Coredump]\nStorage=none\nProcessSizeMax=0\nStorage=\n").IsOpen(NotKept);
        new MemoryHost().With(Pattern, Systemd).Denied("/etc/systemd/coredump.conf").IsUnknown(NotKept);
    }

    [Fact]
    public void A_drop_in_of_a_stronger_directory_takes_the_place_of_one_of_the_same_name() =>
        new MemoryHost()
            .With(Pattern, Systemd)
            .With("/usr/lib/systemd/coredump.conf.d/50.conf", "[Coredump]\nStorage=none\nProcessSizeMax=0\n")
            .With("/etc/systemd/coredump.conf.d/50.conf", "[Coredump]\nStorage=none\n")
            .IsOpen(NotKept);

    [Fact]
    public void At_rest_the_configured_pattern_counts()
    {
        new MemoryHost().AtRest().With("/usr/lib/sysctl.d/50-coredump.conf", "kernel.core_pattern=" + Systemd).IsOpen(NotKept);
        new MemoryHost()
            .AtRest()
            .With("/usr/lib/sysctl.d/50-coredump.conf", "kernel.core_pattern=" + Systemd)
            .With("/etc/sysctl.d/60-none.conf", "kernel.core_pattern=|/bin/false\n")
            .IsClosed(NotKept);
    }

    [Fact]
    public void Systemd_logs_the_environment_whatever_it_stores()
    {
        new MemoryHost()
            .With(Pattern, Systemd)
            .With("/etc/systemd/coredump.conf", "[Coredump]\nStorage=none\nProcessSizeMax=0\n")
            .IsOpen(Environment);
        new MemoryHost().With(Pattern, "core\n").IsClosed(Environment);
        new MemoryHost().With(Pattern, "|/opt/vendor/collect %p\n").IsUnknown(Environment);
    }

    [Fact]
    public void Privileged_processes_are_dumped_unless_the_setting_is_zero()
    {
        new MemoryHost().With("/proc/sys/fs/suid_dumpable", "0\n").IsClosed(Privileged);
        Assert.Equal<Repair>(
            [new SystemSetting("fs.suid_dumpable", "0")],
            new MemoryHost().With("/proc/sys/fs/suid_dumpable", "2\n").IsOpen(Privileged).Repairs
        );
        new MemoryHost().With("/proc/sys/fs/suid_dumpable", "garbage").IsUnknown(Privileged);
        new MemoryHost().Denied("/proc/sys/fs/suid_dumpable").IsUnknown(Privileged);
    }

    [Fact]
    public void Dumps_that_lie_about_are_open()
    {
        new MemoryHost().Directory("/var/lib/systemd/coredump/").IsClosed(Left);
        new MemoryHost().Directory("/var/crash/", new FactEntry(".lock", 0, 0), new FactEntry("kexec_cmd", 200, 0)).IsClosed(Left);
        Judgement open = new MemoryHost()
            .Directory(
                "/var/lib/systemd/coredump/",
                [.. Enumerable.Range(1, 5).Select(number => new FactEntry($"core.sleep.0.{number}.zst", 90_000, 0))]
            )
            .IsOpen(Left);
        Assert.Equal(("/var/lib/systemd/coredump", 4), (open.Subject, open.Evidence.Count));
        Assert.Equal(new Citation("/var/lib/systemd/coredump/core.sleep.0.1.zst", null, "90000 bytes"), open.Evidence[0]);
        new MemoryHost().Denied("/var/crash/").IsUnknown(Left);
        Assert.Empty(new MemoryHost().Judge(Left));
    }

    [Fact]
    public void A_kernel_dump_is_judged_only_where_one_is_made()
    {
        new MemoryHost().With("/sys/kernel/kexec_crash_loaded", "0\n").IsClosed(Filtered);
        new MemoryHost().IsClosed(Encrypted);
        new MemoryHost().Denied("/sys/kernel/kexec_crash_loaded").IsUnknown(Filtered);
        Loaded().IsUnknown(Filtered);
        new MemoryHost().AtRest().With("/etc/kernel/cmdline", "root=/dev/sda1 quiet").IsClosed(Filtered);
        new MemoryHost()
            .AtRest()
            .With("/etc/kernel/cmdline", "root=/dev/sda1 crashkernel=256M")
            .With("/etc/kdump.conf", "core_collector makedumpfile -d 0\n")
            .IsOpen(Filtered);
    }

    [Theory]
    [InlineData("/etc/kdump.conf", "path /var/crash\ncore_collector makedumpfile -l --message-level 7 -d 31\n", null)]
    [InlineData("/etc/kdump.conf", "# nothing\n", null)]
    [InlineData("/etc/kdump.conf", "core_collector makedumpfile -c -d 17\n", "processes and cached files")]
    [InlineData("/etc/kdump.conf", "core_collector makedumpfile -d 31,15\n", "free pages")]
    [InlineData("/etc/kdump.conf", "core_collector scp\n", "processes and free pages")]
    [InlineData("/etc/default/kdump-tools", "USE_KDUMP=1\n#MAKEDUMP_ARGS=\"-c -d 0\"\n", null)]
    [InlineData("/etc/default/kdump-tools", "MAKEDUMP_ARGS=\"-c -d 1\"\n", "processes")]
    [InlineData("/etc/sysconfig/kdump", "KDUMP_DUMPLEVEL=\"31\"\n", null)]
    [InlineData("/etc/sysconfig/kdump", "KDUMP_DUMPLEVEL=\"0\"\n", "processes")]
    public void The_level_tells_what_a_kernel_dump_holds(string path, string text, string? kept)
    {
        if (kept is null) Loaded().With(path, text).IsClosed(Filtered);
        else Assert.Contains(kept, Loaded().With(path, text).IsOpen(Filtered).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_dump_is_written_to_what_holds_its_directory_or_to_a_device()
    {
        const string plain = "24 1 8:1 / / rw - ext4 /dev/sda1 rw\n",
            encrypted = "25 24 254:0 / /var/crash rw - ext4 /dev/mapper/vault rw\n";
        MemoryHost Disks(string configuration, string mounts) =>
            Loaded()
                .Disk()
                .Device("dm-0", "254:0", "../../devices/virtual/block/dm-0", ("dm/name", "vault"), ("dm/uuid", "CRYPT-LUKS2-aa-vault"))
                .Slaves("dm-0", "sda2")
                .With("/proc/self/mountinfo", mounts)
                .With("/etc/kdump.conf", configuration);
        Disks("path /var/crash\n", plain).IsOpen(Encrypted);
        Disks("path /var/crash\n", plain + encrypted).IsClosed(Encrypted);
        Disks("ext4 /dev/mapper/vault\n", plain).IsClosed(Encrypted);
        Disks("raw /dev/sda2\n", plain).IsOpen(Encrypted);
        Disks("ext4 UUID=12ab\n", plain).IsUnknown(Encrypted);
        Disks("ssh kdump@192.0.2.1\n", plain).IsUnknown(Encrypted);
    }

    [Fact]
    public void Logs_that_firmware_keeps_are_open()
    {
        const string mounted = "30 24 0:28 / /sys/fs/pstore rw,nosuid - pstore pstore rw\n";
        new MemoryHost()
            .Directory("/sys/fs/pstore/", new FactEntry("dmesg-efi_pstore-170000000001001", 1024, 0))
            .With("/proc/self/mountinfo", mounted)
            .IsOpen(LogsLeft);
        new MemoryHost().Directory("/sys/fs/pstore/").With("/proc/self/mountinfo", mounted).IsClosed(LogsLeft);
        new MemoryHost()
            .Directory("/sys/fs/pstore/")
            .With("/proc/self/mountinfo", "")
            .With("/sys/module/pstore/parameters/backend", "efi_pstore\n")
            .IsUnknown(LogsLeft);
        new MemoryHost().Denied("/sys/fs/pstore/").IsUnknown(LogsLeft);
        Assert.Equal<Repair>(
            [new KernelParameter("efi_pstore.pstore_disable", "1")],
            new MemoryHost().With("/sys/module/pstore/parameters/backend", "efi_pstore\n").IsOpen(LogsKept).Repairs
        );
        Assert.Equal<Repair>(
            [new KernelParameter("erst_disable")],
            new MemoryHost().With("/sys/module/pstore/parameters/backend", "erst\n").IsOpen(LogsKept).Repairs
        );
        new MemoryHost().With("/sys/module/pstore/parameters/backend", "(null)\n").IsClosed(LogsKept);
        new MemoryHost().Denied("/sys/module/pstore/parameters/backend").IsUnknown(LogsKept);
    }

    private static MemoryHost Loaded() => new MemoryHost().With("/sys/kernel/kexec_crash_loaded", "1\n");
}
