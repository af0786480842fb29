using FsCheck;
using FsCheck.Fluent;
using Lethe.Facts;
using Lethe.Facts.Views;

namespace Lethe.Tests.Facts.Views;

public sealed class KernelCommandLineTests
{
    [Fact]
    public void The_last_of_several_counts_and_dashes_are_underscores()
    {
        KernelCommandLine line = Running("BOOT_IMAGE=/vmlinuz init-on-free=0 quiet init_on_free=1 console=tty0 console=ttyS0\n");
        Assert.Equal("1", line.Last("init_on_free")?.Value);
        Assert.Equal(["tty0", "ttyS0"], line.All("console").Select(parameter => parameter.Value));
        Assert.Equal(("", "quiet"), (line.Last("quiet")?.Value, line.Last("quiet")?.Evidence.Text));
        Assert.Null(line.Last("loud"));
        Assert.Null(line.Problem);
    }

    [Fact]
    public void Quotes_protect_spaces()
    {
        KernelCommandLine line = Running("dyndbg=\"file a.c +p\" \"name=with space\" last=1 open=\"to the end");
        Assert.Equal(
            ("file a.c +p", "with space", "1", "to the end"),
            (line.Last("dyndbg")?.Value, line.Last("name")?.Value, line.Last("last")?.Value, line.Last("open")?.Value)
        );
    }

    [Theory]
    [InlineData("init_on_free=1", true)]
    [InlineData("init_on_free=on", true)]
    [InlineData("init_on_free=yes", true)]
    [InlineData("init_on_free=T", true)]
    [InlineData("init_on_free=0", false)]
    [InlineData("init_on_free=off", false)]
    [InlineData("init_on_free=N", false)]
    // What is no boolean, or no value, is passed over (kstrtobool gives EINVAL and nothing changes).
    [InlineData("init_on_free", null)]
    [InlineData("init_on_free=", null)]
    [InlineData("init_on_free=2", null)]
    [InlineData("init_on_free=o", null)]
    [InlineData("init_on_free=1 init_on_free=maybe", true)]
    [InlineData("init_on_free=1 init_on_free=0", false)]
    [InlineData("quiet", null)]
    // What follows is for the first process.
    [InlineData("quiet -- init_on_free=1", null)]
    public void Switches_are_read_as_the_kernel_does(string text, bool? on) => Assert.Equal(on, Running(text).Switch("init_on_free"));

    [Fact]
    public void A_module_takes_a_bare_name_for_yes() => Assert.True(Running("zswap.enabled").Switch("zswap.enabled"));

    [Fact]
    public void Of_a_running_host_only_what_it_was_started_with_counts()
    {
        Fact[] facts =
        [
            new("/proc/cmdline", "quiet"),
            new("/etc/default/grub", "GRUB_CMDLINE_LINUX=init_on_free=1"),
            new("/etc/kernel/cmdline", "init_on_free=1"),
        ];
        Assert.Null(KernelCommandLine.Of(new HostFacts("test", FactScope.Host, [], facts)).Last("init_on_free"));
    }

    [Fact]
    public void Without_the_file_it_is_not_known()
    {
        Assert.Equal("/proc/cmdline: this was not collected", KernelCommandLine.Of(new HostFacts("test", FactScope.Host, [], [])).Problem);
        Assert.Equal(
            "/proc/cmdline: not found",
            KernelCommandLine.Of(new HostFacts("test", FactScope.Host, KernelCommandLine.Wants, [])).Problem
        );
        Assert.NotNull(KernelCommandLine.Of(new HostFacts("test", FactScope.Root, KernelCommandLine.Wants, [])).Problem);
        Assert.NotNull(
            KernelCommandLine
                .Of(
                    new HostFacts(
                        "test",
                        FactScope.Root,
                        KernelCommandLine.Wants,
                        [new Fact("/etc/default/grub", Problem: "permission denied")]
                    )
                )
                .Problem
        );
    }

    [Theory]
    [InlineData("GRUB_CMDLINE_LINUX=\"a b\"", "a b")]
    [InlineData("GRUB_CMDLINE_LINUX='a b' # why", "a b")]
    [InlineData("GRUB_CMDLINE_LINUX=a\nGRUB_CMDLINE_LINUX=b", "b")]
    [InlineData("GRUB_CMDLINE_LINUX=a\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX b\"", "a b")]
    [InlineData("GRUB_CMDLINE_LINUX=a\nGRUB_CMDLINE_LINUX=\"b ${GRUB_CMDLINE_LINUX}\"", "b a")]
    [InlineData("GRUB_CMDLINE_LINUX=a\nGRUB_CMDLINE_LINUX+=\" b\"", "a b")]
    [InlineData("GRUB_CMDLINE_LINUX=a\nGRUB_CMDLINE_LINUX='$GRUB_CMDLINE_LINUX'", "$GRUB_CMDLINE_LINUX")]
    [InlineData("GRUB_CMDLINE_LINUX_DEFAULT=late\nGRUB_CMDLINE_LINUX=early", "early late")]
    [InlineData("GRUB_CMDLINE_LINUX=\"a \\\n  b\"", "a b")]
    [InlineData("GRUB_CMDLINE_LINUX=\"a\n b\"\nGRUB_TIMEOUT=1", "a b")]
    [InlineData("export GRUB_CMDLINE_LINUX=a", "a")]
    [InlineData("  GRUB_CMDLINE_LINUX=a; GRUB_TIMEOUT=1", "a")]
    [InlineData("#GRUB_CMDLINE_LINUX=a", "")]
    [InlineData("GRUB_CMDLINE_LINUX_RECOVERY=a", "")]
    [InlineData("GRUB_CMDLINE_LINUX=a$OTHER", "a")]
    [InlineData("GRUB_CMDLINE_LINUX=\"a \\\"b\\\"\"", "a b")]
    public void Grub_is_read_as_the_shell_does(string text, string expected)
    {
        KernelCommandLine line = KernelCommandLine.Of(new HostFacts("test", FactScope.Root, [], [new Fact("/etc/default/grub", text)]));
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(), Words(line).ToHashSet());
        Assert.Null(line.Problem);
    }

    [Fact]
    public void Grubs_snippets_come_after_its_file_and_tell_their_lines()
    {
        KernelCommandLine line = KernelCommandLine.Of(new HostFacts("test", FactScope.Root, [],
        [
            new Fact("/etc/default/grub.d/60-lethe.cfg", "# lethe\nGRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX init_on_free=1\"\n"),
            new Fact("/etc/default/grub.d/50-cloud.cfg", "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX init_on_free=0\"\n"),
            new Fact("/etc/default/grub", "GRUB_CMDLINE_LINUX=quiet\n"),
        ]));
        Assert.True(line.Switch("init_on_free"));
        Assert.Equal(
            ("/etc/default/grub.d/60-lethe.cfg", 2, "init_on_free=1"),
            (
                line.Last("init_on_free")!.Value.Evidence.Source,
                line.Last("init_on_free")!.Value.Evidence.Line,
                line.Last("init_on_free")!.Value.Evidence.Text
            )
        );
        Assert.NotNull(line.Last("quiet"));
    }

    [Fact]
    public void Each_boot_loader_and_entry_is_a_line_of_its_own()
    {
        var facts = new HostFacts("test", FactScope.Root, [],
        [
            new Fact("/boot/loader/entries/a.conf", "title A\noptions root=/dev/sda1 init_on_free=1\noptions quiet\n"),
            new Fact("/boot/loader/entries/b.conf", "title B\noptions root=/dev/sda1\n"),
            new Fact("/etc/kernel/cmdline", "# comment init_on_free=0\nroot=/dev/sda1\n"),
            new Fact("/usr/lib/kernel/cmdline", "never=1\n"),
            new Fact("/etc/cmdline.d/x.conf", "one\n"),
        ]);
        Assert.Equal(
            ["root", "one", "root init_on_free quiet", "root"],
            KernelCommandLine.Each(facts).Select(line => string.Join(' ', Words(line)))
        );
        Assert.True(KernelCommandLine.Of(facts).Switch("init_on_free"));
        Assert.Null(KernelCommandLine.Of(facts).Last("never"));
    }

    [Fact]
    public void Values_that_name_themselves_do_not_grow_without_end()
    {
        string text =
            "GRUB_CMDLINE_LINUX=\""
            + new string('a', 1000)
            + " \"\n"
            + string.Concat(Enumerable.Repeat("GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX$GRUB_CMDLINE_LINUX$GRUB_CMDLINE_LINUX\"\n", 1000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = KernelCommandLine.Of(new HostFacts("test", FactScope.Root, [], [new Fact("/etc/default/grub", text)]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 20);
    }

    [Fact]
    public void No_text_does_harm() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(20_000)),
            Prop.ForAll(
                Gen.Elements(
                        "GRUB_CMDLINE_LINUX",
                        "_DEFAULT",
                        "=",
                        "+=",
                        "\"",
                        "'",
                        "\\",
                        "\n",
                        "$",
                        "{",
                        "}",
                        " ",
                        "a",
                        "--",
                        "options ",
                        "#",
                        ";"
                    )
                    .ArrayOf()
                    .Select(string.Concat)
                    .ToArbitrary(),
                text =>
        {
            foreach (string path in (string[])["/proc/cmdline", "/etc/default/grub", "/etc/kernel/cmdline", "/boot/loader/entries/a.conf"])
                foreach (FactScope scope in Enum.GetValues<FactScope>())
                    _ = KernelCommandLine.Of(new HostFacts("test", scope, [], [new Fact(path, text)])).Switch("a");
        }));

    private static KernelCommandLine Running(string text) =>
        KernelCommandLine.Of(new HostFacts("test", FactScope.Host, [], [new Fact("/proc/cmdline", text)]));

    private static IEnumerable<string> Words(KernelCommandLine line) =>
        ((string[])["a", "b", "c", "early", "late", "root", "one", "init_on_free", "quiet", "$GRUB_CMDLINE_LINUX"])
            .SelectMany(name => line.All(name))
            .Select(parameter => parameter.Name);
}
