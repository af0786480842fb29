using System.IO.Compression;
using System.Text;
using Lethe.Facts;
using Lethe.Facts.Collecting;

namespace Lethe.Tests.Facts.Collecting;

public sealed class GivenFilesTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("lethe-given-").FullName;
    private readonly List<string> problems = [];

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("config-6.1", "# CONFIG_A is not set\nCONFIG_B=y\n", "/boot/config-0000-config-6.1")]
    [InlineData("grub", "GRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX=\"quiet\"\n", "/etc/default/grub.d/0000-grub.cfg")]
    [InlineData("my-crypttab", "swap /dev/sda2 /dev/urandom swap\n", "/etc/crypttab")]
    [InlineData("fstab", "tmpfs /tmp tmpfs noswap 0 0\n", "/etc/fstab")]
    [InlineData("cmdline", "quiet\n", "/etc/kernel/cmdline.d/0000-cmdline.conf")]
    [InlineData("some.txt", "BOOT_IMAGE=/vmlinuz quiet\n", "/etc/kernel/cmdline.d/0000-some.txt.conf")]
    [InlineData("some.txt", "quiet root=/dev/sda1\n", "/etc/kernel/cmdline.d/0000-some.txt.conf")]
    [InlineData("99-local.conf", "# mine\nvm.swappiness = 1\n", "/etc/sysctl.d/0000-99-local.conf.conf")]
    public void Files_are_known_by_name_and_content(string name, string content, string path)
    {
        HostFacts facts = Assert.Single(Read(Make(name, content)));
        Assert.Equal(
            (FactScope.Files, path, content, Path.Combine(directory, name)),
            (facts.Scope, facts.All[0].Path, facts.All[0].Text, facts.All[0].Source)
        );
        Assert.Empty(problems);
    }

    [Fact]
    public void A_form_before_the_name_says_what_a_file_is()
    {
        HostFacts facts = Assert.Single(Read("sysctl:" + Make("anything", "whatever")));
        Assert.Equal("/etc/sysctl.d/0000-anything.conf", facts.All[0].Path);
    }

    [Fact]
    public void Every_form_can_be_named_and_gives_a_path_of_its_own()
    {
        Assert.All(GivenFiles.Forms, form => Assert.Single(Read($"{form}:{Make("x", Least(form))}")));
        Assert.Empty(problems);
    }

    // Some are refused when they are broken, and nothing is.
    private static string Least(string form) => form switch
    {
        "libvirt" => "<domain/>",
        "oci" or "firecracker" or "docker" => "{}",
        "nixos" => """{"boot": {"kernelParams": ["quiet"]}}""",
        _ => "",
    };

    [Fact]
    public void Configuration_is_judged_together_and_bundles_each_alone()
    {
        string bundle = Make("a.json", FactsJson.Write(new HostFacts("alpha", FactScope.Host, ["/x"], [])));
        HostFacts[] all = Read(Make("fstab", ""), bundle, Make("cmdline", "quiet"), bundle);
        Assert.Equal(["alpha", "alpha", "2 files"], all.Select(facts => facts.Host));
    }

    [Fact]
    public void Two_files_that_a_host_has_one_of_are_of_two_hosts()
    {
        Directory.CreateDirectory(Path.Combine(directory, "a"));
        HostFacts[] all = Read(Make("fstab", "1"), Make("a/fstab", "2"), Make("cmdline", "quiet"));
        Assert.Equal(["1", "2"], all.Select(facts => facts.Read("/etc/fstab").Text));
        Assert.Equal(["2 files", Path.Combine(directory, "a/fstab")], all.Select(facts => facts.Host));
    }

    [Fact]
    public void A_packed_kernel_configuration_is_unpacked()
    {
        string path = Path.Combine(directory, "config.gz");
        using (var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest)) packed.Write("CONFIG_SWAP=y\n"u8);
        Assert.Equal("CONFIG_SWAP=y\n", Assert.Single(Read(path)).All[0].Text);
    }

    [Fact]
    public void What_grows_without_end_when_unpacked_is_refused()
    {
        string path = Path.Combine(directory, "bomb.gz");
        using (var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            byte[] zeros = new byte[1 << 20];
            for (int megabyte = 0; megabyte < 100; megabyte++) packed.Write(zeros);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Read("kernel-config:" + path));
        Assert.Contains("longer than", Assert.Single(problems), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200 << 20);
    }

    [Fact]
    public void The_mark_of_an_encoding_is_no_part_of_a_file()
    {
        string path = Path.Combine(directory, "fstab");
        File.WriteAllText(path, "tmpfs", Encoding.UTF8);
        Assert.Equal("tmpfs", Assert.Single(Read(path)).All[0].Text);
    }

    [Fact]
    public void Files_of_proc_which_have_no_length_are_read_whole()
    {
        Assert.Single(Read("cmdline:/proc/cmdline"));
        Assert.Equal(File.ReadAllText("/proc/filesystems"), Assert.Single(Read("fstab:/proc/filesystems")).All[0].Text);
    }

    [Fact]
    public void What_cannot_be_used_is_told_and_the_others_are_still_read()
    {
        string large = Make("fstab", new string('#', (int)GivenFiles.MostBytes + 1));
        string cut = Make("cut.json", "{\"schema\":\"lethe.facts/1\",\"host\":");
        string broken = Make("broken.gz", "\u001f");
        File.WriteAllBytes(broken, [0x1f, 0x8b, 1, 2, 3]);
        HostFacts[] all = Read(
            Path.Combine(directory, "none"),
            directory,
            "",
            "\0",
            large,
            cut,
            broken,
            Make("riddle", "what am I"),
            Make("cmdline", "quiet")
        );
        Assert.Equal(Path.Combine(directory, "cmdline"), Assert.Single(all).Host);
        Assert.Equal(8, problems.Count);
        Assert.Contains(problems, problem => problem.Contains("nobody can tell", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_without_end_is_refused()
    {
        Assert.Empty(Read("/dev/zero"));
        Assert.Contains("longer than", Assert.Single(problems), StringComparison.Ordinal);
    }

    private HostFacts[] Read(params string[] names) => [.. GivenFiles.Read(names, (_, failure) => problems.Add(failure.Message))];

    private string Make(string name, string content)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, content);
        return path;
    }
}
