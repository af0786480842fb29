using Lethe.Facts;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing;

public sealed class LogsAuditTests
{
    private const string Journal = "logs/journal-volatile",
        SystemLog = "logs/system-log-files",
        MachineLogs = "logs/machine-logs",
        Consoles = "logs/machine-consoles",
        Output = "logs/container-output",
        Saved = "logs/saved-machines",
        MemoryFiles = "logs/machine-memory-files",
        Layers = "logs/container-layers";
    private static readonly FactEntry Machine = new("4f0f2b0f6f2c4e0c8f4a7b0d5a7f1c2d", 4096, 0);

    [Fact]
    public void The_journal_is_where_it_is_and_not_where_it_is_configured()
    {
        new MemoryHost().Directory("/run/log/journal/", Machine).IsClosed(Journal);
        new MemoryHost().Directory("/var/log/journal/", Machine).IsOpen(Journal);
        Assert.Contains(
            "older one",
            new MemoryHost()
                .Directory("/var/log/journal/", Machine)
                .With("/etc/systemd/journald.conf", "[Journal]\nStorage=volatile\n")
                .IsOpen(Journal)
                .Summary,
            StringComparison.Ordinal
        );
        new MemoryHost()
            .Directory("/run/log/journal/", Machine)
            .With("/etc/systemd/journald.conf", "[Journal]\nStorage=persistent\n")
            .IsOpen(Journal);
        new MemoryHost().Directory("/run/log/journal/", Machine).Directory("/var/log/journal/").IsOpen(Journal);
        new MemoryHost()
            .Directory("/var/log/journal/")
            .With("/etc/systemd/journald.conf.d/v.conf", "[Journal]\nStorage=volatile\n")
            .IsClosed(Journal);
        new MemoryHost().Denied("/var/log/journal/").IsUnknown(Journal);
        Assert.Empty(new MemoryHost().Judge(Journal));
    }

    [Fact]
    public void Files_of_a_log_daemon_are_open()
    {
        new MemoryHost().Directory("/var/log/", new FactEntry("syslog.1", 10, 0), new FactEntry("apt", 4096, 0)).IsOpen(SystemLog);
        new MemoryHost().Directory("/var/log/", new FactEntry("syslog", 0, 0), new FactEntry("debugger", 9, 0)).IsClosed(SystemLog);
        new MemoryHost().Denied("/var/log/").IsUnknown(SystemLog);
    }

    [Fact]
    public void Logs_and_consoles_of_machines_are_told_apart()
    {
        MemoryHost Host(params FactEntry[] entries) => new MemoryHost().Directory("/var/log/libvirt/qemu/", entries);
        Host(new FactEntry("web.log", 900, 0)).IsOpen(MachineLogs);
        Host(new FactEntry("web.log", 900, 0)).IsClosed(Consoles);
        Host(new FactEntry("web-serial0.log", 900, 0)).IsOpen(Consoles);
        Host(new FactEntry("web-serial0.log", 900, 0)).IsClosed(MachineLogs);
        new MemoryHost().Denied("/var/log/libvirt/qemu/").IsUnknown(MachineLogs);
        new MemoryHost().Denied("/var/log/xen/console/").IsUnknown(Consoles);
        Assert.Empty(new MemoryHost().Judge(Consoles));
    }

    [Fact]
    public void Output_of_all_containers_is_one_judgement()
    {
        MemoryHost host = new MemoryHost()
            .Directory("/var/lib/docker/containers/aa/", new FactEntry("aa-json.log", 10, 0), new FactEntry("config.v2.json", 10, 0))
            .Directory("/var/lib/docker/containers/bb/", new FactEntry("bb-json.log", 10, 0));
        Assert.Equal("/var/lib/docker/containers", host.IsOpen(Output).Subject);
        new MemoryHost().Directory("/var/lib/docker/containers/aa/", new FactEntry("config.v2.json", 10, 0)).IsClosed(Output);
        new MemoryHost().Denied("/var/lib/docker/containers/").IsUnknown(Output);
    }

    [Fact]
    public void Saved_machines_and_snapshots_are_open()
    {
        new MemoryHost().Directory("/var/lib/libvirt/qemu/save/", new FactEntry("web.save", 1 << 30, 0)).IsOpen(Saved);
        new MemoryHost().Directory("/var/lib/libvirt/qemu/save/").IsClosed(Saved);
        new MemoryHost()
            .Directory("/srv/jailer/firecracker/vm1/root/", new FactEntry("mem_file", 1 << 27, 0), new FactEntry("rootfs.ext4", 1, 0))
            .IsOpen(Saved);
        new MemoryHost().Directory("/var/lib/libvirt/qemu/snapshot/web/", new FactEntry("before.xml", 900, 0)).IsOpen(Saved);
        new MemoryHost().Denied("/var/lib/libvirt/qemu/save/").IsUnknown(Saved);
    }

    [Fact]
    public void Files_of_machines_that_run_are_theirs()
    {
        MemoryHost Host(params string[] pids) =>
            new MemoryHost()
                .Directory("/run/libvirt/qemu/", [.. pids.Select(pid => new FactEntry(pid, 5, 0))])
                .Directory("/var/lib/libvirt/qemu/ram/", new FactEntry("3-web-1", 4096, 0), new FactEntry("libvirt", 4096, 0));
        Host("web-1.pid").IsClosed(MemoryFiles);
        Host("other.pid").IsOpen(MemoryFiles);
        Assert.All(new MemoryHost().Denied("/var/lib/libvirt/qemu/ram/").Judge(MemoryFiles), judgement =>
            Assert.Equal(Lethe.Evidence.Audit.Posture.Unknown, judgement.State)
        );
    }

    [Fact]
    public void Layers_that_are_not_mounted_are_of_ended_containers()
    {
        const string running =
            "90 24 0:60 / /var/lib/docker/overlay2/aaaa/merged rw - overlay overlay "
                + "rw,lowerdir=/x,upperdir=/var/lib/docker/overlay2/aaaa/diff,workdir=/w\n";
        MemoryHost Docker(string mounts) =>
            new MemoryHost()
                .With("/proc/self/mountinfo", mounts)
                .Directory(
                    "/var/lib/docker/overlay2/",
                    new FactEntry("aaaa", 0, 0),
                    new FactEntry("aaaa-init", 0, 0),
                    new FactEntry("image", 0, 0),
                    new FactEntry("l", 0, 0)
                );
        Docker(running).IsClosed(Layers);
        Assert.Contains("aaaa", Docker("").IsOpen(Layers).Evidence[0].Source, StringComparison.Ordinal);
        new MemoryHost()
            .Denied("/proc/self/mountinfo")
            .Directory("/var/lib/docker/overlay2/", new FactEntry("aaaa", 0, 0))
            .IsUnknown(Layers);
        string container = new('c', 64);
        MemoryHost Podman(string mounts) =>
            new MemoryHost()
                .With("/proc/self/mountinfo", mounts)
                .Directory(
                    "/var/lib/containers/storage/overlay-containers/",
                    new FactEntry(container, 0, 0),
                    new FactEntry("containers.json", 9, 0)
                );
        Podman("").IsOpen(Layers);
        Podman($"91 24 0:61 / /var/lib/containers/storage/overlay-containers/{container}/userdata/shm rw - tmpfs shm rw\n")
            .IsClosed(Layers);
    }

    [Fact]
    public void There_are_22_kinds_of_traces_of_disposable_qubes() =>
        Assert.Equal(22, MediaMatrix.Rules.Count(rule => rule.Rule.Id.StartsWith("logs/qubes-", StringComparison.Ordinal)));

    [Fact]
    public void Other_hosts_have_no_traces_of_qubes()
    {
        MemoryHost host = new MemoryHost()
            .Directory("/var/log/journal/", Machine)
            .Directory("/var/log/qubes/", new FactEntry("guid.disp77.log", 9, 0));
        Assert.All(Traces, rule => Assert.Empty(host.Judge(rule)));
        Assert.All(Traces, rule => Assert.Empty(Qubes().With("/usr/share/qubes/marker-vm", "").Judge(rule)));
    }

    [Theory]
    [InlineData("volumes", "/dev/mapper/", "qubes_dom0-vm--disp77--volatile")]
    [InlineData("libvirt-configuration", "/etc/libvirt/libxl/", "disp77.xml")]
    [InlineData("menus", "/home/user/.local/share/qubes-appmenus/", "disp77")]
    [InlineData("qrexec", "/run/qubes/", "qrexec.disp77")]
    [InlineData("qubesdb", "/run/qubes/", "qubesdb.disp77.sock")]
    [InlineData("device-links", "/run/udev/links/", "\\x2fmapper\\x2fqubes_dom0-vm--disp77--private")]
    [InlineData("directories", "/var/lib/qubes/appvms/", "disp77")]
    [InlineData("libxl-logs", "/var/log/libvirt/libxl/", "disp77.log")]
    [InlineData("logs", "/var/log/qubes/", "guid.disp77.log")]
    [InlineData("console-logs", "/var/log/xen/console/", "guest-disp77.log")]
    [InlineData("xen-logs", "/var/log/xen/", "xl-disp77.log")]
    [InlineData("launchers", "/home/user/.local/share/applications/", "org.qubes-os.vm._disp77.firefox.desktop")]
    [InlineData("menu-directories", "/home/user/.local/share/desktop-directories/", "qubes-vm-directory_disp77.directory")]
    [InlineData("sound-control", "/run/qubes/", "audio-control.disp77")]
    public void A_name_of_a_disposable_that_ended_is_a_trace(string kind, string directory, string entry)
    {
        string rule = "logs/qubes-" + kind;
        Qubes().Directory(directory, new FactEntry(entry, 100, 0)).IsOpen(rule);
        Qubes().Directory(directory, new FactEntry("work.77", 100, 0)).IsClosed(rule);
        Qubes().Denied(directory.Replace("/user/", "/*/", StringComparison.Ordinal)).IsUnknown(rule);
        if (directory == "/run/qubes/") return;
        // It runs: its socket leads to a domain whose disk is served.
        Qubes()
            .Directory("/run/qubes/", new FactEntry("qrexec.disp77", 9, 0, "qrexec.12"))
            .Directory("/sys/bus/xen-backend/devices/", new FactEntry("vbd-12-51712", 0, 0))
            .Directory(directory, new FactEntry(entry, 100, 0))
            .IsClosed(rule);
        Qubes().Denied("/run/qubes/").Directory(directory, new FactEntry(entry, 100, 0)).IsUnknown(rule);
    }

    [Theory]
    [InlineData("window-titles", "/home/user/.cache/sessions/", "xfwm4-2a5c.state")]
    [InlineData("journal", "/var/log/journal/", "4f0f2b0f6f2c4e0c8f4a7b0d5a7f1c2d")]
    [InlineData("system-log", "/var/log/", "messages-20261101")]
    [InlineData("volume-archive", "/etc/lvm/archive/", "qubes_dom0_27752-238367017.vg")]
    [InlineData("volume-backup", "/etc/lvm/backup/", "qubes_dom0")]
    [InlineData("older-inventories", "/var/lib/qubes/backup/", "qubes-2026-11-01-120000.xml")]
    [InlineData("sound-streams", "/home/user/.local/state/wireplumber/", "stream-properties")]
    [InlineData("machine-manager-log", "/var/log/libvirt/libxl/", "libxl-driver.log")]
    public void A_file_that_tells_of_all_qubes_is_a_trace(string kind, string directory, string entry)
    {
        string rule = "logs/qubes-" + kind;
        Qubes().Directory(directory, new FactEntry(entry, 100, 0)).IsOpen(rule);
        Qubes().Directory(directory).IsClosed(rule);
        Qubes().Denied(directory.Replace("/user/", "/*/", StringComparison.Ordinal)).IsUnknown(rule);
    }

    private static IEnumerable<string> Traces =>
        MediaMatrix.Rules.Select(rule => rule.Rule.Id).Where(id => id.StartsWith("logs/qubes-", StringComparison.Ordinal));

    private static MemoryHost Qubes() => new MemoryHost().With("/etc/qubes-release", "Qubes release 4.2.3 (R4.2.3)\n");
}
