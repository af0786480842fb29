using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Collecting;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;
using Lethe.Media.Auditing.Repairing;
using Lethe.Media.Hosts;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing.Repairing;

/// <summary>Repairs, copied over the file system that they are for, close what was open.</summary>
public sealed class AppliedRepairsTests : IDisposable
{
    private const string Merging = "/sys/kernel/mm/ksm/run";

    private readonly string directory = Directory.CreateTempSubdirectory("lethe-repairs-").FullName;

    private string Root => Path.Combine(directory, "root");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("grub")]
    [InlineData("kernel-install")]
    [InlineData("entries")]
    [InlineData("pieces")]
    public void Kernel_parameters_are_then_there_and_those_unwanted_gone(string loader)
    {
        Make(
            "boot/config-6.1.0",
            "CONFIG_PAGE_POISONING=y\nCONFIG_INIT_ON_ALLOC_DEFAULT_ON=y\n# CONFIG_INIT_ON_FREE_DEFAULT_ON is not "
                + "set\nCONFIG_INIT_STACK_ALL_ZERO=y\nCONFIG_ZERO_CALL_USED_REGS=y\n"
        );
        if (loader == "grub")
            Make(
                "etc/default/grub",
                "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet init_on_free=0\"\nGRUB_CMDLINE_LINUX=\"page_poison=1 crashkernel=256M\"\n"
            );
        if (loader == "grub") Make("etc/default/grub.d/90-cloud.cfg", "GRUB_CMDLINE_LINUX=\"console=ttyS0 page_poison=1\"\n");
        if (loader == "kernel-install") Make("usr/lib/kernel/cmdline", "root=/dev/vda1 page_poison=1\n");
        if (loader == "entries") Make("boot/loader/entries/a.conf", "title A\noptions root=/dev/vda1 page_poison=1 init_on_free=0\n");
        if (loader == "entries") Make("boot/loader/entries/b.conf", "title B\noptions root=/dev/vda1\n");
        if (loader == "pieces") Make("etc/cmdline.d/root.conf", "root=/dev/vda1 page_poison=1\n");
        HostAudit before = Audit(out HostFacts facts);
        Assert.Contains(before.Findings, finding =>
            finding is { Rule: "anonymous-memory/zeroing-not-contradicted" or "anonymous-memory/cleared-when-freed", State: Posture.Open }
        );
        Apply(
            RepairFiles.Of(
                facts,
                [
                    .. before.Repairs,
                    new NoKernelParameter("page_poison=1"),
                    new KernelParameter("init_on_free", "1"),
                    new KernelParameter("init_on_alloc", "1"),
                ]
            )
        );
        HostAudit after = Audit(out facts);
        Assert.All(
            after.Findings.Where(finding =>
                finding.Rule
                    is "anonymous-memory/zeroing-not-contradicted"
                        or "anonymous-memory/cleared-when-freed"
                        or "anonymous-memory/zeroed-when-allocated"
            ),
            finding => Assert.Equal((finding.Rule, Posture.Closed), (finding.Rule, finding.State))
        );
        var zeroing = PageZeroing.Of(facts);
        Assert.Equal((true, true, false), (zeroing.OnFree, zeroing.OnAllocation, zeroing.Poisons));
        Assert.All(KernelCommandLine.Each(facts), line =>
            Assert.Equal((true, null), (line.Switch("init_on_free"), line.Last("page_poison")))
        );
    }

    [Fact]
    public void Settings_of_sysctl_are_then_set_whatever_other_files_say()
    {
        Make("etc/sysctl.d/10-early.conf", "fs.suid_dumpable = 2\n");
        Make("usr/lib/sysctl.d/99-late.conf", "fs.suid_dumpable = 1\nvm.swappiness = 1\n");
        Make("etc/sysctl.d/zz.conf", "fs/suid_dumpable=2\r\n");
        Make("etc/sysctl.conf", "fs.suid_dumpable=2\n");
        HostFacts facts = Collect();
        Assert.Equal("2", SystemSettings.Read(facts, "fs.suid_dumpable").Value);
        Apply(RepairFiles.Of(facts, [new SystemSetting("fs.suid_dumpable", "0")]));
        facts = Collect();
        Assert.Equal(("0", "1"), (SystemSettings.Read(facts, "fs.suid_dumpable").Value, SystemSettings.Read(facts, "vm.swappiness").Value));
        Assert.True(File.Exists(Path.Combine(Root, "etc/sysctl.d/99-late.conf")));
    }

    [Fact]
    public void Files_of_sys_are_then_written_whatever_other_files_say()
    {
        Make("usr/lib/tmpfiles.d/10-merging.conf", $"d /run/x 0755 root root -\nw {Merging} - - - - 1\n");
        HostFacts facts = Collect();
        Assert.Equal("1", KernelFiles.Read(facts, Merging).Value);
        Apply(RepairFiles.Of(facts, [new KernelFile(Merging, "2")]));
        Assert.Equal("2", KernelFiles.Read(Collect(), Merging).Value);
        // And once more with another value: the old line of these repairs gives way.
        Apply(RepairFiles.Of(Collect(), [new KernelFile(Merging, "0")]));
        Assert.Equal("0", KernelFiles.Read(Collect(), Merging).Value);
    }

    [Fact]
    public void Tables_then_have_the_new_line_and_every_other()
    {
        Make("etc/crypttab", "# <target> <source> <key> <options>\nroot UUID=1 none luks\nswap0  /dev/vda2\t/etc/swap.key luks");
        Apply(
            RepairFiles.Of(
                Collect(),
                [
                    new TableLine(
                        "etc/crypttab",
                        "swap0  /dev/vda2\t/etc/swap.key luks",
                        "swap0 /dev/vda2 /dev/urandom swap,cipher=aes-xts-plain64,size=512"
                    ),
                    new TableLine("etc/fstab", "", "tmpfs /dev/shm tmpfs noswap 0 0"),
                ]
            )
        );
        Assert.Equal(
            "# <target> <source> <key> <options>\nroot UUID=1 none luks\nswap0 /dev/vda2 /dev/urandom swap,cipher=aes-xts-plain64,size=512",
            File.ReadAllText(Path.Combine(Root, "etc/crypttab"))
        );
        Assert.EndsWith("\ntmpfs /dev/shm tmpfs noswap 0 0\n", File.ReadAllText(Path.Combine(Root, "etc/fstab")), StringComparison.Ordinal);
    }

    [Fact]
    public void Repairs_of_what_was_repaired_are_none()
    {
        Make("etc/default/grub", "GRUB_CMDLINE_LINUX=quiet\n");
        Make(
            "boot/config-6.1.0",
            "# CONFIG_INIT_ON_ALLOC_DEFAULT_ON is not set\n# CONFIG_PAGE_POISONING is not set\n# CONFIG_INIT_ON_FREE_DEFAULT_ON is not "
                + "set\n"
        );
        HostAudit before = Audit(out HostFacts facts);
        Assert.Contains(new KernelParameter("init_on_free", "1"), before.Repairs);
        Apply(RepairFiles.Of(facts, before.Repairs));
        Assert.DoesNotContain(Audit(out _).Repairs, repair => repair is KernelParameter);
    }

    [Fact]
    public void What_files_can_close_is_closed_when_they_are_applied()
    {
        Make(
            "etc/sysctl.d/10-dumps.conf",
            "fs.suid_dumpable = 2\nkernel.dmesg_restrict = 0\nkernel.yama.ptrace_scope = 0\nkernel.kptr_restrict = "
                + "0\nkernel.unprivileged_bpf_disabled = 0\nvm.unprivileged_userfaultfd = 1\n"
        );
        Make("etc/crypttab", "swap0 /dev/vda2 /etc/swap.key luks\n");
        Make("etc/fstab", "/dev/mapper/swap0 none swap sw 0 0\n");
        Make("etc/systemd/journald.conf", "[Journal]\nStorage=persistent\n");
        HostAudit before = Audit(out HostFacts facts);
        Assert.Superset(
            new HashSet<string>
            {
                "kernel-log/read-by-administrators-only",
                "kernel-log/not-written-by-programs",
                "swap/key-not-kept",
                "core-dump/privileged-not-dumped",
                "logs/journal-volatile",
                "ways-to-read/other-processes",
            },
            OpenRules(before));
        Apply(RepairFiles.Of(facts, before.Repairs));
        HostAudit after = Audit(out facts);
        Assert.Empty(OpenRules(before).Intersect(OpenRules(after)));
        // With a command line that is known now further rules judge, and their repairs are applied likewise.
        Apply(RepairFiles.Of(facts, after.Repairs));
        Assert.Empty(OpenRules(Audit(out _)));
    }

    [Fact]
    public void A_file_whose_name_steers_a_terminal_is_left_alone()
    {
        Make("boot/loader/entries/\u001b[31m.conf", "title A\noptions root=/dev/vda1 page_poison=1\n");
        IReadOnlyList<RepairedFile> files = RepairFiles.Of(
            Collect(),
            [new NoKernelParameter("page_poison=1"), new KernelParameter("init_on_free", "1")]
        );
        Assert.DoesNotContain(files, file => file.Path.Any(char.IsControl));
        Assert.Contains("page_poison=1", files.Single(file => file.Path == RepairFiles.Instructions).Content, StringComparison.Ordinal);
    }

    private static HashSet<string> OpenRules(HostAudit audit) =>
        [.. audit.Findings.Where(finding => finding.State == Posture.Open).Select(finding => finding.Rule)];

    private HostFacts Collect() =>
        LiveFacts.CollectRoot(Root, [.. MediaMatrix.Wants, .. SystemSettings.Files, .. KernelFiles.Wants(), "/etc/crypttab", "/etc/fstab"]);

    private HostAudit Audit(out HostFacts facts) => HostAudit.Of(facts = Collect(), Profile.Everything);

    // As the instructions say: the same places below the root.
    private void Apply(IReadOnlyList<RepairedFile> files)
    {
        string written = Path.Combine(directory, Guid.NewGuid().ToString());
        var repairs = new RepairDirectory(written);
        repairs.Add("alpha", files);
        Assert.Equal(files.Count, repairs.Write());
        foreach (
            string file in Directory
                .EnumerateFiles(written, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(written, file))
                .Where(file => file.Contains('/'))
        )
            Make(file, File.ReadAllText(Path.Combine(written, file)));
    }

    private void Make(string name, string content)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
