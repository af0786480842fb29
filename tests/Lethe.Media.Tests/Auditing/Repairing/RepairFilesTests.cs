using FsCheck;
using FsCheck.Fluent;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;
using Lethe.Media.Auditing.Repairing;

namespace Lethe.Tests.Media.Auditing.Repairing;

public sealed class RepairFilesTests
{
    private static readonly Repair[] All =
    [
        new KernelParameter("init_on_free", "1"),
        new KernelParameter("nohibernate"),
        new NoKernelParameter("page_poison=1"),
        new SystemSetting("fs.suid_dumpable", "0"),
        new SystemSetting("kernel.core_pattern", "|/bin/false"),
        new KernelFile("/sys/kernel/mm/ksm/run", "2"),
        new DropIn("etc/systemd/coredump.conf.d/90-lethe.conf", "Coredump", "Storage", "none"),
        new DropIn("etc/systemd/coredump.conf.d/90-lethe.conf", "Coredump", "ProcessSizeMax", "0"),
        new DropIn("etc/systemd/system/ssh-agent.service.d/lethe.conf", "Service", "MemorySwapMax", "0"),
        new TableLine(
            "etc/crypttab",
            "swap0 /dev/vda2 /etc/swap.key luks",
            "swap0 /dev/vda2 /dev/urandom swap,cipher=aes-xts-plain64,size=512"
        ),
        new TableLine("etc/fstab", "", "tmpfs /dev/shm tmpfs nosuid,nodev,noswap 0 0"),
        new RepairFile("libvirt/vm.xml", "<domain/>\n", "virsh define libvirt/vm.xml"),
        new ManualRepair("overwrite /dev/vda2 once"),
    ];

    [Fact]
    public void Of_a_host_that_nothing_is_known_of_they_are_as_approved() =>
        Approval.Check(Shown(RepairFiles.Of(new HostFacts("alpha", FactScope.Host, ["/etc/fstab"], []), All)), "repairs-of-unknown-host");

    [Fact]
    public void Of_a_host_with_files_of_its_own_they_are_as_approved() =>
        Approval.Check(Shown(RepairFiles.Of(Host(), All)), "repairs-of-debian-host");

    [Fact]
    public void Without_repairs_there_is_only_the_word_that_there_are_none() =>
        Assert.Contains("nothing to repair", Assert.Single(RepairFiles.Of(Host(), [])).Content, StringComparison.Ordinal);

    [Fact]
    public void What_earlier_repairs_said_stays()
    {
        var facts = new HostFacts("h", FactScope.Host, [],
        [
            new Fact("/etc/sysctl.d/60-lethe.conf", "# mine\nvm.swappiness = 0\n"),
            new Fact("/etc/tmpfiles.d/60-lethe.conf", "w /sys/a - - - - 1"),
            new Fact("/etc/systemd/coredump.conf.d/90-lethe.conf", "[Coredump]\nStorage=none\n[Other]\nA=1\n"),
            new Fact("/etc/default/grub.d/60-lethe.cfg", "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX init_on_free=1\"\n"),
        ]);
        Dictionary<string, string> files = RepairFiles.Of(facts, All).ToDictionary(file => file.Path, file => file.Content);
        Assert.Equal(
            "# mine\nvm.swappiness = 0\nfs.suid_dumpable = 0\nkernel.core_pattern = |/bin/false\n",
            files["etc/sysctl.d/60-lethe.conf"]
        );
        Assert.Equal("w /sys/a - - - - 1\nw /sys/kernel/mm/ksm/run - - - - 2\n", files["etc/tmpfiles.d/60-lethe.conf"]);
        Assert.Equal(
            "[Coredump]\nStorage=none\n[Other]\nA=1\n[Coredump]\nProcessSizeMax=0\n",
            files["etc/systemd/coredump.conf.d/90-lethe.conf"]
        );
        Assert.Equal(
            "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX init_on_free=1\"\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX nohibernate\"\n",
            files["etc/default/grub.d/60-lethe.cfg"]
        );
    }

    [Theory]
    [InlineData("GRUB_CMDLINE_LINUX=\"quiet page_poison=1 x\"", "GRUB_CMDLINE_LINUX=\"quiet x\"")]
    [InlineData("GRUB_CMDLINE_LINUX=\"page_poison=1 x\"", "GRUB_CMDLINE_LINUX=\"x\"")]
    [InlineData("GRUB_CMDLINE_LINUX='page_poison=1'", "GRUB_CMDLINE_LINUX=''")]
    [InlineData("GRUB_CMDLINE_LINUX=page_poison=1", "GRUB_CMDLINE_LINUX=")]
    [InlineData("GRUB_CMDLINE_LINUX=\"a page_poison=1 page_poison=1\"", "GRUB_CMDLINE_LINUX=\"a\"")]
    [InlineData("GRUB_CMDLINE_LINUX=\"init_on_free=0 page_poison=1\" # why", "GRUB_CMDLINE_LINUX=\"\" # why")]
    [InlineData("# page_poison=1", null)]
    [InlineData("GRUB_CMDLINE_LINUX=\"page_poison=10\"", null)]
    public void Parameters_are_taken_off_where_they_stand(string line, string? result)
    {
        var facts = new HostFacts("h", FactScope.Root, [], [new Fact("/etc/default/grub", line + "\n")]);
        IReadOnlyList<RepairedFile> files = RepairFiles.Of(
            facts,
            [new NoKernelParameter("page_poison=1"), new KernelParameter("init_on_free", "1")]
        );
        Assert.Equal(result is null ? null : result + "\n", files.FirstOrDefault(file => file.Path == "etc/default/grub")?.Content);
        Assert.Equal(
            result is null,
            files.Single(file => file.Path == "README").Content.Contains("By hand: take page_poison=1 off", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Names_that_nobody_trusts_stay_below_the_directory()
    {
        string[] names =
        [
            "../../etc/passwd",
            "/etc/shadow",
            "",
            ".",
            "a//b/./c",
            "-rf",
            "x\ny\u001b[31m",
            "é.xml",
            "README",
            "lethe.nix",
            "dir",
            "dir/below",
            new string('n', 5000),
            string.Join('/', Enumerable.Repeat("d", 200)),
            "libvirt/a.xml",
            "libvirt/a.xml",
        ];
        IReadOnlyList<RepairedFile> files = RepairFiles.Of(
            new HostFacts("evil\u001b[31m\nhost", FactScope.Host, [], []),
            [.. names.Select((name, number) => new RepairFile(name, $"{number}", "use\nit\u001b[31m"))]
        );
        Assert.Equal(names.Length + 1, files.Count);
        Assert.Equal(names.Length + 1, files.Select(file => file.Path).Distinct().Count());
        Assert.All(files, file =>
            Assert.DoesNotContain(file.Path.Split('/'), part => part is "" or "." or ".." || part[0] == '-' || part.Length > 255)
        );
        Assert.All(files.Single(file => file.Path == "README").Content, letter => Assert.True(letter == '\n' || !char.IsControl(letter)));
        Assert.Contains(files, file => file.Path == "__/__/etc/passwd" || file.Path == "_./_./etc/passwd");
    }

    [Fact]
    public void Text_that_would_make_lines_of_its_own_is_left_to_a_person()
    {
        Repair[] hostile =
        [
            new KernelParameter("x", "1\ny=2"),
            new KernelParameter("x", "a\"; rm -rf /; \""),
            new SystemSetting("a", "1\nb = 2"),
            new KernelFile("/sys/x\nw /etc/passwd - - - - x", "1"),
            new KernelFile("/etc/passwd", "x"),
            new KernelFile("/sys/../etc/passwd", "x"),
            new DropIn("etc/systemd/system/x.service.d/l.conf", "Service", "A", "1\nExecStart=/bin/sh"),
            new TableLine("etc/fstab", "", "a\nb"),
            new TableLine("../etc/fstab", "", "a"),
        ];
        IReadOnlyList<RepairedFile> files = RepairFiles.Of(new HostFacts("h", FactScope.Host, ["/etc/fstab"], []), hostile);
        Assert.Equal(hostile.Length, Assert.Single(files).Content.Split("By hand: ").Length - 1);
    }

    [Fact]
    public void A_file_that_was_not_read_whole_is_not_copied()
    {
        var facts = new HostFacts(
            "h",
            FactScope.Host,
            ["/etc/crypttab"],
            [new Fact("/etc/crypttab", "swap0 /dev/vda2 /etc/swap.key luks\n", Problem: "only its first 35 bytes were read")]
        );
        IReadOnlyList<RepairedFile> files = RepairFiles.Of(facts, [All[9]]);
        Assert.Contains("By hand: in /etc/crypttab", Assert.Single(files).Content, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_repairs_are_the_same_files_come_of_them_and_values_stay_in_their_quotes()
    {
        Gen<string> text = Gen.Elements("a", "\"", "$", "${", "`", "\\", "'", " ", "%", "=", "\n", "é", "/", "..")
            .ArrayOf()
            .Select(string.Concat);
        Gen<Repair> repair = from kind in Gen.Choose(0, 7) from a in text from b in text from c in text select (Repair)(kind switch
        {
            0 => new KernelParameter(a, b),
            1 => new NoKernelParameter(a),
            2 => new SystemSetting(a, b),
            3 => new KernelFile("/sys/" + a, b),
            4 => new DropIn("etc/" + a, b, c, a),
            5 => new TableLine("etc/" + a, b, c),
            6 => new RepairFile(a, b, c),
            _ => new ManualRepair(a),
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(5_000)), Prop.ForAll(repair.ArrayOf().ToArbitrary(), repairs =>
        {
            IReadOnlyList<RepairedFile> files = RepairFiles.Of(Host(), repairs);
            Assert.Equal(files, RepairFiles.Of(Host(), repairs));
            if (files.FirstOrDefault(file => file.Path == "lethe.nix") is { } module) Assert.Equal(0, Depth(module.Content));
        }));
    }

    // Brackets outside of strings and comments that stay open, as Nix reads them.
    private static int Depth(string nix)
    {
        int depth = 0;
        bool quoted = false, comment = false;
        for (int at = 0; at < nix.Length; at++)
        {
            if (nix[at] == '\n') comment = false;
            else if (comment) continue;
            else if (quoted && nix[at] == '\\') at++;
            else if (nix[at] == '"') quoted = !quoted;
            else if (quoted && nix[at] == '$' && at + 1 < nix.Length && nix[at + 1] == '{') return -1;
            else if (!quoted && nix[at] == '#') comment = true;
            else if (!quoted) depth += nix[at] is '{' or '[' ? 1 : nix[at] is '}' or ']' ? -1 : 0;
        }

        return quoted ? -1 : depth;
    }

    private static HostFacts Host() =>
        new(
            "alpha",
            FactScope.Host,
            [.. KernelCommandLine.Wants, .. SystemSettings.Files, "/etc/fstab", "/etc/crypttab"],
    [
        new Fact(
            "/etc/default/grub",
            "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet init_on_free=0\"\nGRUB_CMDLINE_LINUX=\"page_poison=1 crashkernel=256M\"\n"
        ),
        new Fact("/etc/default/grub.d/90-cloud.cfg", "GRUB_CMDLINE_LINUX=\"console=ttyS0\"\n"),
        new Fact("/etc/kernel/cmdline", "# ours\nroot=/dev/vda1 page_poison=1 quiet\n"),
        new Fact("/etc/sysctl.d/10-early.conf", "fs.suid_dumpable = 2\n"),
        new Fact("/usr/lib/sysctl.d/99-late.conf", "# late\nfs.suid_dumpable = 1\nvm.swappiness = 1\n"),
        new Fact("/etc/sysctl.conf", "fs/suid_dumpable=2\n"),
        new Fact("/usr/lib/tmpfiles.d/10-ksm.conf", "w /sys/kernel/mm/ksm/run - - - - 1\n"),
        new Fact("/etc/crypttab", "# <target> <source> <key> <options>\nswap0 /dev/vda2 /etc/swap.key luks\n"),
        new Fact("/etc/fstab", "/dev/mapper/swap0 none swap sw 0 0"),
    ]);

    private static string Shown(IReadOnlyList<RepairedFile> files) =>
        string.Concat(files.Select(file => $"===== {file.Path}\n{file.Content}"));
}
