using System.Diagnostics;
using Lethe.Facts;
using Lethe.Facts.Collecting;

namespace Lethe.Tests.Facts.Collecting;

public sealed class FactCollectorTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("lethe-facts-").FullName;

    private string Root => Path.Combine(directory, "root");

    public FactCollectorTests()
    {
        Directory.CreateDirectory(Root);
        // For those that read it without root's rights.
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
    }

    // .NET cannot delete names that are no text.
    public void Dispose() => Program("rm", "-rf", directory);

    [Fact]
    public void Files_and_directories_are_read_as_asked()
    {
        Make("etc/sysctl.d/a.conf", "a = 1\n");
        Make("etc/sysctl.d/b.txt", "no");
        Make("sys/block/sda/size", "8\n");
        Make("sys/block/sdb/size", "9\n");
        HostFacts facts = Collect("/etc/sysctl.d/*.conf", "/sys/block/*/size", "/sys/block/", "/etc/fstab", "/none/*/x", "/etc/sysctl.d");
        Assert.Equal(
            ["/etc/sysctl.d/a.conf", "/sys/block/", "/sys/block/sda/size", "/sys/block/sdb/size"],
            facts.All.Select(fact => fact.Path)
        );
        Assert.Equal("a = 1\n", facts.Read("/etc/sysctl.d/a.conf").Text);
        Assert.Equal(["sda", "sdb"], facts.Read("/sys/block/").Entries.Select(entry => entry.Name));
        Assert.True(facts.Read("/etc/fstab").IsAbsent);
        Assert.True(facts.IsComplete("/none/*/x", out _));
        Assert.True(facts.Read("/etc/shadow").IsUnknown);
    }

    [Fact]
    public void Passwords_and_environments_are_left_out_and_lines_stay_where_they_are()
    {
        Make("etc/libvirt/qemu/web.xml", "<graphics type='vnc' passwd='hunter2' port='-1'/>\n<graphics passwd = \"hunter2\"/>\n");
        Make("etc/libvirt/qemu.conf", "#vnc_password = \"XYZ\"\nspice_password = \"hunter2\"\nvnc_sasl = 1\n");
        Make("etc/systemd/system/a.service", "[Service]\nEnvironment=A=hunter2 \\\n  B=hunter2\nEnvironmentFile=/etc/a\nLimitCORE=0\n");
        Make("etc/systemd/system/b.service", "[Service]\n Environment = \"A=hunter2\"\nExecStart=/bin/b Environment=kept\n");
        HostFacts facts = Collect("/etc/libvirt/qemu/*.xml", "/etc/libvirt/qemu.conf", "/etc/systemd/system/*.service");
        Assert.Equal(4, facts.All.Count);
        Assert.DoesNotContain(facts.All, fact => fact.Text!.Contains("hunter2", StringComparison.Ordinal));
        Assert.Equal(
            "<graphics type='vnc' passwd='(left out)' port='-1'/>\n<graphics passwd = \"(left out)\"/>\n",
            facts.Read("/etc/libvirt/qemu/web.xml").Text
        );
        Assert.Equal("#vnc_password = \"XYZ\"\nspice_password = \"(left out)\"\nvnc_sasl = 1\n", facts.Read("/etc/libvirt/qemu.conf").Text);
        Assert.Equal(
            "[Service]\nEnvironment=(left out)\\\n\nEnvironmentFile=/etc/a\nLimitCORE=0\n",
            facts.Read("/etc/systemd/system/a.service").Text
        );
        Assert.Contains("ExecStart=/bin/b Environment=kept\n", facts.Read("/etc/systemd/system/b.service").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_stay_below_the_root_and_are_told()
    {
        File.WriteAllText(Path.Combine(directory, "secret"), "of the host");
        Make("inside", "of the image");
        foreach ((string name, string target) in (ReadOnlySpan<(string, string)>)[
            ("up", "../secret"),
            ("far", "../../../../../../../../etc/hostname"),
            ("whole", Path.Combine(directory, "secret")),
            ("good", "/inside"),
            ("parents", "../../inside"),
            ("loop", "loop"),
            ("first", "second"),
            ("second", "first"),
            ("out", "/proc/self/root/etc/hostname"),
        ]
)
            File.CreateSymbolicLink(Path.Combine(Root, name), target);
        Directory.CreateSymbolicLink(Path.Combine(Root, "above"), "..");
        Make("deep/file", "1");
        Directory.CreateSymbolicLink(Path.Combine(Root, "deep/circle"), "../deep");
        HostFacts facts = Collect(
            "/up",
            "/far",
            "/whole",
            "/good",
            "/parents",
            "/loop",
            "/first",
            "/out",
            "/above/secret",
            "/above/root/inside",
            "/deep/*/*/*/*/file",
            "/",
            "/*"
        );
        Assert.DoesNotContain(facts.All, fact => fact.Text?.Contains("host", StringComparison.Ordinal) == true);
        Assert.All((string[])["/up", "/far", "/whole", "/out", "/above/secret", "/above/root/inside"], path =>
            Assert.True(facts.Read(path).IsAbsent, path)
        );
        Assert.Equal(["of the image", "of the image"], ((string[])["/good", "/parents"]).Select(path => facts.Read(path).Text));
        Assert.Equal("its links lead in a circle", facts.Read("/loop").Problem);
        Assert.Equal("its links lead in a circle", facts.Read("/first").Problem);
        Assert.Equal("1", facts.Read("/deep/circle/circle/circle/circle/file").Text);
        Assert.Equal("../secret", facts.Read("/").Entries.Single(entry => entry.Name == "up").Target);
        Assert.Null(facts.Read("/").Entries.Single(entry => entry.Name == "inside").Target);
    }

    [Fact]
    public void Nothing_that_is_no_ordinary_file_is_opened()
    {
        Program("mkfifo", Path.Combine(Root, "pipe"));
        // A device that is opened does something: with this one the reader would wait for somebody to type.
        if (Environment.IsPrivilegedProcess) Program("mknod", Path.Combine(Root, "device"), "c", "5", "0");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(Root, "socket")));
        HostFacts facts = Collect("/*");
        Assert.Contains(facts.All, fact => fact.Path == "/pipe");
        Assert.All(facts.All, fact => Assert.Equal("it is no ordinary file", fact.Problem));
    }

    [Fact]
    public void A_link_to_the_null_device_masks_as_an_empty_file_does()
    {
        Directory.CreateDirectory(Path.Combine(Root, "etc/sysctl.d"));
        File.CreateSymbolicLink(Path.Combine(Root, "etc/sysctl.d/50-default.conf"), "/dev/null");
        Assert.Equal("", Collect("/etc/sysctl.d/*.conf").Read("/etc/sysctl.d/50-default.conf").Text);
    }

    [Fact]
    public void What_may_not_be_read_is_unknown()
    {
        Make("etc/closed", "x");
        Make("etc/dir/file", "x");
        File.SetUnixFileMode(Path.Combine(Root, "etc/closed"), 0);
        File.SetUnixFileMode(Path.Combine(Root, "etc/dir"), 0);
        HostFacts facts = Unprivileged(() => Collect("/etc/closed", "/etc/dir/file", "/etc/dir/*.conf", "/etc/dir/"));
        File.SetUnixFileMode(Path.Combine(Root, "etc/dir"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.All((string[])["/etc/closed", "/etc/dir/file", "/etc/dir/a.conf", "/etc/dir/"], path =>
            Assert.Equal("permission denied; run as root", facts.Read(path).Problem)
        );
        Assert.False(facts.IsComplete("/etc/dir/*.conf", out string problem));
        Assert.Equal("/etc/dir/: permission denied; run as root", problem);
    }

    [Fact]
    public void Long_files_are_cut_and_say_so_and_all_together_are_bounded()
    {
        Make("exact", new string('x', FactCollector.MostFileBytes));
        for (int number = 0; number < 12; number++) Make($"long{number:d2}", new string('x', FactCollector.MostFileBytes + 1));
        using (FileStream sparse = File.Create(Path.Combine(Root, "sparse"))) sparse.SetLength(1L << 40);
        HostFacts facts = Collect("/exact", "/long*", "/sparse");
        Assert.Null(facts.Read("/exact").Problem);
        Assert.Equal($"only its first {FactCollector.MostFileBytes} bytes were read", facts.Read("/long00").Problem);
        Assert.Equal(FactCollector.MostBytes, facts.All.Sum(fact => fact.Text?.Length ?? 0));
        Assert.StartsWith("it was not read", facts.Read("/sparse").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Full_directories_are_cut_and_say_so()
    {
        for (int number = 0; number < FactCollector.MostEntries + 10; number++) File.Create(Path.Combine(Root, $"{number:d6}")).Dispose();
        HostFacts facts = Collect("/*.conf", "/");
        Assert.Equal(FactCollector.MostEntries, facts.Read("/").Entries.Count);
        Assert.False(facts.IsComplete("/*.conf", out _));
        Assert.True(facts.Read("/a.conf").IsUnknown);
    }

    [Fact]
    public void More_facts_than_can_be_are_not_taken_for_absent()
    {
        for (int number = 0; number < 400; number++) Make($"d/{number:d3}", "");
        for (int link = 0; link < 300; link++) Directory.CreateSymbolicLink(Path.Combine(Root, $"l{link:d3}"), "d");
        Make("z", "there");
        HostFacts facts = Collect("/l*/*", "/z", "/zz");
        Assert.True(facts.All.Count < 101_000);
        Assert.True(facts.Read("/zz").IsUnknown);
        Assert.False(facts.IsComplete("/l*/*", out _));
    }

    [Fact]
    public void A_name_that_is_no_text_is_not_taken_for_absent()
    {
        Directory.CreateDirectory(Path.Combine(Root, "d"));
        Program("sh", "-c", $"printf x > \"$(printf '{Root}/d/\\377.conf')\"");
        HostFacts facts = Collect("/d/*.conf");
        Assert.Equal("its name is not UTF-8, so it was not read", Assert.Single(facts.All).Problem);
        Assert.False(facts.IsComplete("/d/*.conf", out _));
    }

    [Fact]
    public void A_file_system_at_rest_is_asked_for_nothing_that_only_a_running_kernel_has()
    {
        Make("proc/cmdline", "init_on_free=1");
        Make("sys/x", "1");
        Make("etc/fstab", "");
        HostFacts facts = LiveFacts.CollectRoot(
            Root,
            ["/proc/cmdline", "/sys/x", "/dev/shm/", "/etc/fstab", "/etc/crypttab", "kernel:log", "kernel:config"]
        );
        Assert.Equal((FactScope.Root, "/etc/fstab"), (facts.Scope, Assert.Single(facts.All).Path));
        Assert.Equal(["/etc/crypttab", "/etc/fstab"], facts.Looked);
        Assert.True(facts.Read("kernel:log").IsUnknown);
        Assert.True(facts.Read("/proc/cmdline").IsUnknown);
    }

    [Fact]
    public void A_root_that_is_not_there_is_refused()
    {
        Assert.Throws<FactsException>(() => LiveFacts.CollectRoot(Path.Combine(directory, "none"), []));
        Assert.Throws<FactsException>(() => LiveFacts.CollectRoot("", []));
    }

    [Fact]
    public void This_machine_is_read_by_anybody()
    {
        HostFacts facts = Unprivileged(() =>
            LiveFacts.Collect([
                "/proc/cmdline",
                "/proc/self/status",
                "/proc/*/status",
                "/root/",
                "/sys/block/*/size",
                "kernel:log",
                "kernel:config",
            ])
        );
        Assert.Equal((FactScope.Host, Environment.MachineName), (facts.Scope, facts.Host));
        Assert.NotNull(facts.Read("/proc/cmdline").Text);
        Assert.Contains(facts.Matching("/proc/*/status"), status => status.Text?.Contains("Pid:", StringComparison.Ordinal) == true);
        HostFacts again = FactsJson.Read(FactsJson.Write(facts), "again");
        Assert.Equal(facts.All.Count, again.All.Count);
    }

    private HostFacts Collect(params string[] patterns) =>
        new FactCollector(Root, new Dictionary<string, ISpecialFacts>()).Collect("test", FactScope.Root, patterns);

    private void Make(string name, string content)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    // On a thread that gave away root's rights over files, when it has them.
    private static HostFacts Unprivileged(Func<HostFacts> collect)
    {
        HostFacts? facts = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Environment.IsPrivilegedProcess) FileRights.GiveUp();
                facts = collect();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? facts! : throw new InvalidOperationException("collecting failed", failure);
    }

    private static void Program(string name, params string[] arguments)
    {
        using Process process = Process.Start(name, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
