using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Tests.Linux.Text;

/// <summary>The kernel's small tables: what it writes is read back, and what it never writes does no harm.</summary>
public sealed class TableTests
{
    private static readonly Config Usual = Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(10_000));

    [Fact]
    public void Control_groups_of_both_versions_are_read()
    {
        ControlGroupMembership[] groups =
        [
            .. ControlGroupMembership.All("4:cpu,memory:/a:b\n1:name=systemd:/user\n0::/system.slice/ssh.service\n\nx:y\n"),
        ];
        Assert.Equal(["/a:b", "/user", "/system.slice/ssh.service"], groups.Select(group => group.Path));
        Assert.Equal([true, false, false], groups.Select(group => group.HasMemory));
        Assert.Equal([false, false, true], groups.Select(group => group.IsSecond));
    }

    [Fact]
    public void A_control_group_is_read_back_whatever_its_path_is() =>
        Check.One(Usual, Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<PositiveInt>(), (path, id) =>
        {
            string rest = path.Get.Replace("\n", "", StringComparison.Ordinal);
            foreach (string controllers in new[] { "", "memory", "cpu,cpuacct", "name=systemd" })
                Assert.Equal(
                    ("/" + rest, controllers),
                    ControlGroupMembership.Parse($"{id.Get}:{controllers}:/{rest}") is { } group
                        ? (group.Path, string.Join(',', group.Controllers))
                        : default
                );
        }));

    [Fact]
    public void The_start_of_a_process_is_read_whatever_its_name_is() =>
        Check.One(Usual, Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<NonNegativeInt>(), (name, ticks) =>
            Assert.Equal(
                ticks.Get,
                ProcessTimes.StartTicks($"7 ({name.Get}) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 {ticks.Get} 20 21\n")
            )
        )
    );

    [Fact]
    public void This_process_began_before_now() =>
        Assert.InRange(ProcessTimes.StartTicks(File.ReadAllText("/proc/self/stat"))!.Value, 1, long.MaxValue);

    [Theory]
    [InlineData("")]
    [InlineData("7 (sh")]
    [InlineData("7 (sh) S 1 2")]
    [InlineData("7 (sh) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x 20")]
    public void A_text_without_a_start_has_none(string text) => Assert.Null(ProcessTimes.StartTicks(text));

    [Fact]
    public void Swap_areas_are_read_without_the_headings()
    {
        Assert.Equal(
            [new ActiveSwap("/dev/dm-1", false, 8388604), new ActiveSwap("/a b (deleted)", true, 1020)],
            ActiveSwap.All(
                "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/dm-1 partition\t8388604\t0\t-2\n/a\\040b\\040(deleted)   "
                    + "file\t\t1020\t0\t-3\n"
            )
        );
        Assert.Empty(ActiveSwap.All(""));
        Assert.Equal(new ActiveSwap("/dev/sda2", false, null), ActiveSwap.Parse("/dev/sda2 partition"));
        Assert.Equal(Math.Max(0, File.ReadAllLines("/proc/swaps").Length - 1), SystemMemory.SwapAreas());
    }

    [Theory]
    [InlineData("a\\040b", "a b")]
    [InlineData("\\", "\\")]
    [InlineData("\\04", "\\04")]
    [InlineData("\\999", "\\999")]
    [InlineData("\\134040", "\\040")]
    public void Escapes_are_turned_back_once(string text, string expected) => Assert.Equal(expected, OctalEscapes.Undo(text));

    [Fact]
    public void Every_name_is_read_back_from_what_the_kernel_makes_of_it() =>
        Check.One(Usual, Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), name =>
        {
            var escaped = new StringBuilder();
            foreach (char letter in name.Get)
                escaped.Append(" \t\n\\#".Contains(letter) ? $"\\{Convert.ToString(letter, 8).PadLeft(3, '0')}" : letter.ToString());
            Assert.Equal(name.Get, OctalEscapes.Undo(escaped.ToString()));
        }));

    [Fact]
    public void Counters_of_memory_are_read()
    {
        const string text =
            "MemTotal:       16384 kB\nMemAvailable:    8192 kB\nVmLck:\t       4 kB\nHugePages_Total:       0\nZswapped:\n";
        Assert.Equal(
            (16384L, 8192L, 4L),
            (
                MemoryCounters.Kilobytes(text, "MemTotal"),
                MemoryCounters.Kilobytes(text, "MemAvailable"),
                MemoryCounters.Kilobytes(text, "VmLck")
            )
        );
        Assert.All(["Mem", "HugePages_Total", "Zswapped", "SwapFree"], name => Assert.Null(MemoryCounters.Kilobytes(text, name)));
        Assert.InRange(SystemMemory.AvailableBytes(), 1, long.MaxValue);
    }

    [Fact]
    public void A_counter_is_read_back() =>
        Check.One(Usual, Prop.ForAll(ArbMap.Default.ArbFor<NonNegativeInt>(), ArbMap.Default.ArbFor<PositiveInt>(), (value, blanks) =>
            Assert.Equal(
                value.Get,
                MemoryCounters.Kilobytes($"Other: 1 kB\nSlab:{new string(' ', blanks.Get % 20)}{value.Get} kB\n", "Slab")
            )
        )
    );

    [Theory]
    [InlineData("6.4.0", true)]
    [InlineData("6.4", true)]
    [InlineData("6.4-rc1", true)]
    [InlineData("6.3.13-amd64", false)]
    [InlineData("6.12.57+deb13-amd64", true)]
    [InlineData("7.0", true)]
    [InlineData("5.15.0-91-generic", false)]
    [InlineData("6", null)]
    [InlineData("", null)]
    [InlineData("x.y", null)]
    public void Releases_are_compared_by_their_numbers(string release, bool? since) =>
        Assert.Equal(since, KernelRelease.Parse(release)?.IsAtLeast(6, 4));

    [Fact]
    public void Later_releases_are_later() =>
        Check.One(Usual, Prop.ForAll(ArbMap.Default.ArbFor<NonNegativeInt>(), ArbMap.Default.ArbFor<NonNegativeInt>(), (major, minor) =>
            Assert.Equal(
                major.Get > 5 || (major.Get == 5 && minor.Get >= 14),
                KernelRelease.Parse($"{major.Get}.{minor.Get}.1-x")!.Value.IsAtLeast(5, 14)
            )
        )
    );

    [Fact]
    public void This_machine_has_a_release() => Assert.NotNull(KernelRelease.Parse(KernelRelease.OfThisMachine()));

    [Fact]
    public void Garbage_does_no_harm()
    {
        var random = Trials.Random(20261202);
        const string letters = ":,/ \t\n\\()-.0123456789kBmemoryFilenameType\u00e9\ud800";
        for (int cases = Trials.Of(100_000); cases > 0; cases--)
        {
            string text = new([.. Enumerable.Range(0, random.Next(80)).Select(_ => letters[random.Next(letters.Length)])]);
            _ = ControlGroupMembership.All(text).Count();
            _ = ProcessTimes.StartTicks(text);
            _ = ActiveSwap.All(text);
            _ = OctalEscapes.Undo(text);
            _ = MemoryCounters.Kilobytes(text, "memory");
            _ = KernelRelease.Parse(text);
        }
    }
}
