using FsCheck;
using FsCheck.Fluent;
using Lethe.Facts;
using Lethe.Facts.Views;

namespace Lethe.Tests.Facts.Views;

public sealed class SystemSettingsTests
{
    [Fact]
    public void Of_a_running_host_what_is_in_effect_counts()
    {
        Setting setting = Read(
            FactScope.Host,
            new Fact("/proc/sys/vm/swappiness", "60\n"),
            new Fact("/etc/sysctl.d/a.conf", "vm.swappiness=1")
        );
        Assert.Equal(("60", null, "/proc/sys/vm/swappiness"), (setting.Value, setting.Problem, setting.Evidence.Source));
        Assert.Equal(
            (null, "permission denied"),
            (
                Read(FactScope.Host, new Fact("/proc/sys/vm/swappiness", Problem: "permission denied")) is var denied ? denied.Value : "",
                denied.Problem
            )
        );
    }

    [Theory]
    // The later name wins, whichever directory it is in.
    [InlineData("/etc/sysctl.d/50-a.conf=1 /usr/lib/sysctl.d/60-b.conf=2", "2")]
    [InlineData("/usr/lib/sysctl.d/50-a.conf=1 /etc/sysctl.d/60-b.conf=2", "2")]
    [InlineData("/etc/sysctl.d/9.conf=9 /etc/sysctl.d/10.conf=10", "9")]
    // Of the same name the stronger directory's is the only one.
    [InlineData("/usr/lib/sysctl.d/a.conf=1 /etc/sysctl.d/a.conf=2", "2")]
    [InlineData("/run/sysctl.d/a.conf=1 /etc/sysctl.d/a.conf=2", "2")]
    [InlineData("/run/sysctl.d/a.conf=1 /usr/local/lib/sysctl.d/a.conf=2", "1")]
    [InlineData("/usr/local/lib/sysctl.d/a.conf=1 /usr/lib/sysctl.d/a.conf=2", "1")]
    [InlineData("/usr/lib/sysctl.d/a.conf=1 /etc/sysctl.d/a.conf=", "")]
    // procps reads this one last.
    [InlineData("/etc/sysctl.conf=1 /etc/sysctl.d/zz.conf=2", "1")]
    // Where a link makes it one of the others, in that one's place.
    [InlineData("/etc/sysctl.conf=1 /etc/sysctl.d/99-sysctl.conf=1 /etc/sysctl.d/zz.conf=2", "2")]
    public void Files_count_as_sysctl_d_says(string files, string value) =>
        Assert.Equal(
            value,
            Read(
                FactScope.Root,
                [.. files.Split(' ').Select(file => file.Split('=')).Select(file => new Fact(file[0], $"vm.swappiness = {file[1]}\n"))]
            ).Value
        );

    [Fact]
    public void A_file_that_masks_another_leaves_it_unsaid() =>
        Assert.Null(
            Read(FactScope.Root, new Fact("/usr/lib/sysctl.d/a.conf", "vm.swappiness=1"), new Fact("/etc/sysctl.d/a.conf", "")).Value
        );

    [Theory]
    [InlineData("vm.swappiness=1", "1")]
    [InlineData("  vm/swappiness =  1  ", "1")]
    [InlineData("-vm.swappiness = 1", "1")]
    [InlineData("- vm.swappiness = 1", "1")]
    [InlineData("# vm.swappiness = 1", null)]
    [InlineData("; vm.swappiness = 1", null)]
    [InlineData("vm.swappiness", null)]
    [InlineData("vm.swappiness2 = 1", null)]
    [InlineData("vm.swappiness = 1\nvm.swappiness = 2", "2")]
    [InlineData("vm.swappiness = a=b", "a=b")]
    public void Lines_are_read_as_written(string text, string? value) =>
        Assert.Equal(value, Read(FactScope.Root, new Fact("/etc/sysctl.d/a.conf", text)).Value);

    [Fact]
    public void What_could_not_be_read_might_say_something_else()
    {
        Setting setting = Read(
            FactScope.Root,
            new Fact("/etc/sysctl.d/a.conf", "vm.swappiness=1"),
            new Fact("/etc/sysctl.d/b.conf", Problem: "permission denied")
        );
        Assert.Null(setting.Value);
        Assert.Contains("permission denied", setting.Problem, StringComparison.Ordinal);
        Assert.NotNull(Read(FactScope.Root, new Fact("/etc/sysctl.d/", Problem: "permission denied")).Problem);
        Assert.NotNull(SystemSettings.Read(new HostFacts("test", FactScope.Root, [], []), "vm.swappiness").Problem);
    }

    [Fact]
    public void Nothing_that_sets_it_is_no_problem() =>
        Assert.Equal((null, null), (Read(FactScope.Root).Value, Read(FactScope.Root).Problem));

    [Fact]
    public void Of_single_files_those_that_were_given_are_enough() =>
        Assert.Equal(
            "1",
            SystemSettings
                .Read(
                    new HostFacts("test", FactScope.Files, [], [new Fact("/etc/sysctl.d/0000-x.conf", "vm.swappiness=1", Source: "x")]),
                    "vm.swappiness"
                )
                .Value
        );

    [Fact]
    public void No_text_does_harm() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(20_000)),
            Prop.ForAll(
                Gen.Elements("vm.swappiness", "vm/", "-", "=", "#", ";", "\n", " ", "\t", "1", "\0")
                    .ArrayOf()
                    .Select(string.Concat)
                    .ToArbitrary(),
                text =>
        {
            _ = Read(FactScope.Root, new Fact("/etc/sysctl.d/a.conf", text), new Fact("/etc/tmpfiles.d/a.conf", text));
            _ = KernelFiles.Read(
                new HostFacts("test", FactScope.Root, KernelFiles.Wants("vm"), [new Fact("/etc/tmpfiles.d/a.conf", text)]),
                "vm"
            );
        }));

    [Fact]
    public void Files_of_sys_are_written_as_tmpfiles_d_says()
    {
        const string path = "/sys/kernel/mm/ksm/run";
        Fact[] files =
        [
            new("/usr/lib/tmpfiles.d/50-distribution.conf", $"w {path} - - - - 1\n"),
            new("/etc/tmpfiles.d/50-distribution.conf", $"# nothing\nd /run/x 0755 root root -\n"),
            new("/etc/tmpfiles.d/60-lethe.conf", $"# lethe\nw\t{path} - - - - 0\n"),
            new("/etc/tmpfiles.d/70-late.conf", $"w! {path} - - - - 100%% of it\n"),
        ];
        Setting setting = KernelFiles.Read(new HostFacts("test", FactScope.Root, KernelFiles.Wants(path), files), path);
        Assert.Equal(("0", "/etc/tmpfiles.d/60-lethe.conf", 2), (setting.Value, setting.Evidence.Source, setting.Evidence.Line));
        Assert.Equal(
            "100% of it",
            KernelFiles.Read(new HostFacts("test", FactScope.Root, KernelFiles.Wants(path), files[3..]), path).Value
        );
        Assert.Null(KernelFiles.Read(new HostFacts("test", FactScope.Root, KernelFiles.Wants(path), []), path).Value);
        Assert.NotNull(KernelFiles.Read(new HostFacts("test", FactScope.Root, [path], files), path).Problem);
        Assert.Equal("1", KernelFiles.Read(new HostFacts("test", FactScope.Host, [path], [.. files, new Fact(path, "1\n")]), path).Value);
    }

    private static Setting Read(FactScope scope, params Fact[] facts) =>
        SystemSettings.Read(new HostFacts("test", scope, SystemSettings.Wants("vm.swappiness"), facts), "vm.swappiness");
}
