using Lethe.Disposal.Keeping;
using Lethe.Disposal.Wiping;
using Lethe.Linux;
using Lethe.Media;

namespace Lethe.Tests.Disposal;

/// <summary>
/// What becomes of files of private file systems when they are opened; a directory in memory of this machine stands for one.
/// </summary>
public sealed class PrivateFilesTests : IDisposable
{
    private const int Opener = 4711;
    private readonly string place = Directory.CreateDirectory(Path.Combine("/dev/shm", $"lethe-private-{Guid.NewGuid():n}")).FullName;
    private readonly KeptObjects objects = new();
    private readonly List<int> asked = [];
    private bool cuts;

    public void Dispose()
    {
        objects.Dispose();
        Directory.Delete(place, recursive: true);
    }

    [Fact]
    public void A_file_of_the_place_is_kept_once()
    {
        OpenedFiles files = Watching();
        string path = Secret("a");
        Assert.Equal(FanotifyAnswer.Keep, files.Judge(Open(path), Opener, mayCut: true, out Medium? medium));
        using Descriptor again = Open(path);
        Assert.Equal((FanotifyAnswer.Release, Medium.Tmpfs), (files.Judge(again, Opener, mayCut: true, out _), medium));
        File.Delete(path);
        Assert.Equal((1, 6L), (objects.WipeAll()[Medium.Tmpfs].Seen, objects.WipeAll()[Medium.Tmpfs].WipedBytes));
    }

    [Fact]
    public void Directories_and_files_of_other_places_are_let_go()
    {
        OpenedFiles files = Watching();
        using Descriptor directory = Descriptor.Open(place, FileCalls.O_RDONLY), elsewhere = Open("/proc/self/status");
        Assert.Equal(FanotifyAnswer.Release, files.Judge(directory, Opener, mayCut: true, out _));
        Assert.Equal(FanotifyAnswer.Release, files.Judge(elsewhere, Opener, mayCut: true, out Medium? medium));
        Assert.Null(medium);
        Assert.Empty(asked);
        Assert.False(files.Has(FileStatus.Of(elsewhere).Device));
    }

    [Fact]
    public void What_an_opener_cuts_off_is_overwritten_before_it_goes_on()
    {
        OpenedFiles files = Watching();
        string path = Secret("a");
        cuts = true;
        Descriptor file = Open(path);
        Assert.Equal(FanotifyAnswer.Later, files.Judge(file, Opener, mayCut: true, out Medium? medium));
        Assert.Equal([Opener], asked);
        Assert.True(files.Cut(file, medium!));
        Assert.Equal(new byte[6], File.ReadAllBytes(path));
        Assert.Equal(1, objects.WipeAll()[Medium.Tmpfs].Seen);
    }

    [Fact]
    public void An_empty_file_has_nothing_to_cut_and_nobody_waits_when_no_cutter_is_left()
    {
        OpenedFiles files = Watching();
        cuts = true;
        string empty = Path.Combine(place, "empty");
        File.WriteAllText(empty, "");
        Assert.Equal(FanotifyAnswer.Keep, files.Judge(Open(empty), Opener, mayCut: true, out _));
        Assert.Equal(FanotifyAnswer.Keep, files.Judge(Open(Secret("a")), Opener, mayCut: false, out _));
        Assert.Empty(asked);
    }

    [Fact]
    public void A_file_that_cannot_be_overwritten_is_left_to_its_opener_and_counts_as_missed()
    {
        OpenedFiles files = Watching();
        using Descriptor closed = Open(Secret("a"));
        closed.Dispose();
        Assert.False(files.Cut(closed, Medium.Tmpfs));
        Assert.Equal("1 objects could not be kept or overwritten", objects.WipeAll()[Medium.Tmpfs].Missed);
        Assert.Equal(FanotifyAnswer.Release, files.Judge(closed, Opener, mayCut: true, out _));
    }

    [Theory]
    [InlineData("2 0x7ffe 0x241 0x1b6 0x0 0x0 0x0 0x7ffd 0x7f00", true)]
    [InlineData("2 0x7ffe 0x41 0x1b6 0x0 0x0 0x0 0x7ffd 0x7f00", false)]
    [InlineData("85 0x7ffe 0x1b6 0x0 0x0 0x0 0x0 0x7ffd 0x7f00", true)]
    [InlineData("257 0xffffff9c 0x7ffe 0x80241 0x1b6 0x0 0x0 0x7ffd 0x7f00", true)]
    [InlineData("257 0xffffff9c 0x7ffe 0x80000 0x0 0x0 0x0 0x7ffd 0x7f00", false)]
    [InlineData("437 0xffffff9c 0x7ffe 0x1000 0x18 0x0 0x0 0x7ffd 0x7f00", true)]
    [InlineData("437 0xffffff9c 0x7ffe 0x2000 0x18 0x0 0x0 0x7ffd 0x7f00", false)]
    [InlineData("59 0x7ffe 0x241 0x241 0x241 0x0 0x0 0x7ffd 0x7f00", false)]
    [InlineData("running\n", false)]
    [InlineData("-1 0x7ffd 0x7f00", false)]
    [InlineData("2", false)]
    [InlineData("", false)]
    public void Whether_a_call_cuts_its_file_is_read_from_its_arguments(string text, bool cuts) =>
        Assert.Equal(cuts, OpeningCall.Cuts(text, address => address == 0x1000 ? FileCalls.O_TRUNC : 0UL));

    [Fact]
    public void A_task_that_is_gone_cuts_nothing() => Assert.False(OpeningCall.Cuts(int.MaxValue));

    private OpenedFiles Watching()
    {
        var files = new OpenedFiles(objects, Asked);
        using Descriptor directory = Descriptor.Open(place, FileCalls.O_PATH);
        files.Watch(FileStatus.Of(directory).Device, Medium.Tmpfs);
        return files;
    }

    private bool Asked(int task)
    {
        asked.Add(task);
        return cuts;
    }

    private string Secret(string name)
    {
        string path = Path.Combine(place, name);
        File.WriteAllText(path, "secret");
        return path;
    }

    private static Descriptor Open(string path) => Descriptor.Open(path, FileCalls.O_RDONLY);
}
