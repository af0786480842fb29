using System.Globalization;
using Lethe.Linux;

namespace Lethe.Tests.Linux;

/// <summary>What is gone is told from what cannot be read, with things that really go.</summary>
public sealed class VanishingFilesTests
{
    [Fact]
    public void A_process_that_ended_is_gone_and_one_that_lives_is_not()
    {
        int process = Sleeper(out ChildProcess child);
        string status = $"/proc/{process}/status", link = $"/proc/{process}/exe";
        Assert.Contains("Pid:", VanishingFiles.TryReadText(status));
        // Started, it executes its program a moment later.
        Assert.True(
            SpinWait.SpinUntil(
                () => File.ReadAllText($"/proc/{process}/comm").StartsWith("sleep", StringComparison.Ordinal),
                TimeSpan.FromSeconds(30)
            )
        );
        Assert.NotNull(VanishingFiles.TryReadLink(link));
        Assert.NotEmpty(VanishingFiles.TryList($"/proc/{process}/fd")!);
        Assert.Contains(process, RunningProcesses.All());
        End(child);
        Assert.Null(VanishingFiles.TryReadText(status));
        Assert.Null(VanishingFiles.TryReadLines(status));
        Assert.Null(VanishingFiles.TryReadLink(link));
        Assert.Null(VanishingFiles.TryOpen($"/proc/{process}/mem"));
        Assert.Null(VanishingFiles.TryList($"/proc/{process}/fd"));
        Assert.DoesNotContain(process, RunningProcesses.All());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("maps")]
    [InlineData("cgroup")]
    [InlineData("stat")]
    public void A_process_that_ends_between_opening_and_reading_is_gone(string file)
    {
        int process = Sleeper(out ChildProcess child);
        string path = $"/proc/{process}/{file}";
        using Descriptor open = VanishingFiles.TryOpen(path)!;
        End(child);
        Assert.Equal(Errno.ESRCH, Assert.Throws<LinuxException>(() => open.ReadSome(new byte[16])).Error);
        Assert.Null(VanishingFiles.TryReadBytes(open, path));
    }

    [Fact]
    public void A_terminal_that_was_closed_is_gone()
    {
        string path;
        using (var terminal = new PseudoTerminal())
        {
            path = VanishingFiles.TryReadLink($"/proc/self/fd/{terminal.Program.Number}")!;
            Assert.StartsWith("/dev/pts/", path);
            using Descriptor? open = VanishingFiles.TryOpen(path, FileCalls.O_RDWR | FileCalls.O_NOCTTY);
            Assert.NotNull(open);
        }

        Assert.Null(VanishingFiles.TryOpen(path, FileCalls.O_RDWR | FileCalls.O_NOCTTY));
    }

    [Fact]
    public void A_control_group_that_was_removed_is_gone_also_when_its_file_is_open()
    {
        string root = new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/cpu" }.First(place =>
            File.Exists($"{place}/cgroup.procs")
        );
        Assert.SkipUnless(FileCalls.MayWrite(root), "making a control group needs root");
        string group = $"{root}/lethe-vanishing-{Environment.ProcessId}", below = $"{group}/below";
        Directory.CreateDirectory(below);
        Assert.Equal(below, Assert.Single(VanishingFiles.DirectoriesBelow(group)));
        using Descriptor open = VanishingFiles.TryOpen($"{below}/cgroup.procs")!;
        Directory.Delete(below);
        Assert.Equal(Errno.ENODEV, Assert.Throws<LinuxException>(() => open.ReadSome(new byte[16])).Error);
        Assert.Null(VanishingFiles.TryReadBytes(open, $"{below}/cgroup.procs"));
        Assert.Null(VanishingFiles.TryReadText($"{below}/cgroup.procs"));
        Directory.Delete(group);
        Assert.Empty(VanishingFiles.DirectoriesBelow(group));
        Assert.Null(VanishingFiles.TryList(group));
    }

    [Fact]
    public void A_device_attribute_that_answers_with_an_invalid_argument_says_nothing()
    {
        const string speed = "/sys/class/net/lo/speed";
        Assert.SkipUnless(File.Exists(speed), "no loopback device here");
        using Descriptor open = Descriptor.Open(speed, FileCalls.O_RDONLY);
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => open.ReadSome(new byte[16])).Error);
        Assert.Null(VanishingFiles.TryReadText(speed));
    }

    [Fact]
    public void A_path_through_what_is_no_directory_leads_nowhere() => Assert.Null(VanishingFiles.TryReadText("/proc/self/status/name"));

    [Fact]
    public void What_is_there_and_cannot_be_read_is_thrown()
    {
        // Nothing is mapped at the first address.
        Assert.Equal(Errno.EIO, Assert.Throws<LinuxException>(() => VanishingFiles.TryReadBytes("/proc/self/mem")).Error);
        Assert.Equal(Errno.ELOOP, Assert.Throws<LinuxException>(() => VanishingFiles.TryOpen("/proc/self", FileCalls.O_NOFOLLOW)).Error);
        Assert.Throws<LinuxException>(() => VanishingFiles.TryReadText("/proc/self"));
        string closed = Path.GetTempFileName();
        File.SetUnixFileMode(closed, UnixFileMode.None);
        if (!ChildProcess.IsSuperuser)
            Assert.Equal(Errno.EACCES, Assert.Throws<LinuxException>(() => VanishingFiles.TryReadText(closed)).Error);
        File.Delete(closed);
    }

    [Theory]
    [InlineData(Errno.ENOENT, true, true)]
    [InlineData(Errno.ENOTDIR, true, true)]
    [InlineData(Errno.ESRCH, true, true)]
    [InlineData(Errno.ENODEV, true, true)]
    [InlineData(Errno.ENXIO, true, true)]
    [InlineData(Errno.EINVAL, true, false)]
    [InlineData(Errno.EACCES, false, false)]
    [InlineData(Errno.EPERM, false, false)]
    [InlineData(Errno.EIO, false, false)]
    [InlineData(Errno.ENOMEM, false, false)]
    [InlineData(Errno.EMFILE, false, false)]
    [InlineData(Errno.ELOOP, false, false)]
    [InlineData(Errno.EOPNOTSUPP, false, false)]
    public void Only_errors_that_mean_so_say_that_a_thing_is_gone(int error, bool inSystem, bool inProcesses) =>
        Assert.Equal(
            (inSystem, inProcesses),
            (VanishingFiles.IsGone(error, "/sys/block/dm-0/dm/name"), VanishingFiles.IsGone(error, "/proc/1/status"))
        );

    [Fact]
    public void Long_files_are_read_whole()
    {
        string path = Path.GetTempFileName();
        byte[] bytes = new byte[100_000];
        Trials.Random(20261130).NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
        Assert.Equal(bytes, VanishingFiles.TryReadBytes(path));
        File.WriteAllText(path, "one\ntwo\n");
        Assert.Equal(["one", "two"], VanishingFiles.TryReadLines(path)!);
        File.WriteAllText(path, "");
        Assert.Empty(VanishingFiles.TryReadLines(path)!);
        File.Delete(path);
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), VanishingFiles.TryReadLink("/proc/self"));
        Assert.Null(VanishingFiles.TryReadLink("/proc/self/status"));
    }

    private static int Sleeper(out ChildProcess child)
    {
        using Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR);
        child = ChildProcess.Start("/bin/sleep", ["60"], [nothing, nothing, nothing], dieWithParent: false);
        return child.Id;
    }

    private static void End(ChildProcess child)
    {
        child.Signal(ProcessCalls.SIGKILL);
        child.WaitForExit();
        child.Dispose();
    }
}
