using Lethe.Media.Auditing.Repairing;

namespace Lethe.Tests.Media.Auditing.Repairing;

public sealed class RepairDirectoryTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("lethe-fix-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Of_one_host_the_files_lie_at_the_top_and_of_several_in_a_directory_each()
    {
        RepairedFile[] files = [new("README", "r"), new("etc/sysctl.d/60-lethe.conf", "s")];
        Assert.Equal(["README", "etc/sysctl.d/60-lethe.conf"], Written("one", ("alpha", files)));
        Assert.Equal(
            [".._evil/README", "alpha-2/README", "alpha/README", "b_c/README"],
            Written("many", ("alpha", files[..1]), ("alpha", files[..1]), ("../evil", files[..1]), ("b/c", files[..1]))
        );
        Assert.Empty(Written("none"));
    }

    [Fact]
    public void An_empty_directory_is_taken_and_parents_are_made()
    {
        Directory.CreateDirectory(Path.Combine(directory, "empty"));
        Assert.Equal(["README"], Written("empty", ("a", [new("README", "r")])));
        Assert.Equal(["README"], Written("new/below/", ("a", [new("README", "r")])));
        Assert.Equal(["empty", "new"], Directory.GetFileSystemEntries(directory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void What_is_there_already_is_refused_and_stays()
    {
        File.WriteAllText(Path.Combine(directory, "file"), "mine");
        Assert.Throws<RepairException>(() => new RepairDirectory(directory));
        Assert.Throws<RepairException>(() => new RepairDirectory(Path.Combine(directory, "file")));
        Assert.Throws<RepairException>(() => new RepairDirectory(""));
        // Filled after it was looked at.
        string late = Path.Combine(directory, "late");
        var repairs = new RepairDirectory(late);
        repairs.Add("a", [new("README", "r")]);
        Directory.CreateDirectory(late);
        File.WriteAllText(Path.Combine(late, "other"), "theirs");
        Assert.Throws<RepairException>(() => repairs.Write());
        Assert.Equal(["other"], Directory.GetFileSystemEntries(late).Select(Path.GetFileName));
        Assert.Equal(["file", "late"], Directory.GetFileSystemEntries(directory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Nothing_half_written_stays()
    {
        var repairs = new RepairDirectory(Path.Combine(directory, "x"));
        repairs.Add("a", [new("a", "1"), new("a/b", "a name that is a file already")]);
        Assert.Throws<RepairException>(() => repairs.Write());
        Assert.Empty(Directory.GetFileSystemEntries(directory));
    }

    private string[] Written(string name, params (string Host, IReadOnlyList<RepairedFile> Files)[] hosts)
    {
        string path = Path.Combine(directory, name);
        var repairs = new RepairDirectory(path);
        foreach ((string host, IReadOnlyList<RepairedFile> files) in hosts) repairs.Add(host, files);
        Assert.Equal(hosts.Sum(host => host.Files.Count), repairs.Write());
        return
        [
            .. Directory
                .EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(path, file))
                .Order(StringComparer.Ordinal),
        ];
    }
}
