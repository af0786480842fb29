using Lethe.Facts;
using Lethe.Facts.Trees;

namespace Lethe.Tests.Facts.Trees;

public sealed class TomlTreeTests
{
    private const string Containerd = """
        version = 2
        root = "/var/lib/containerd"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = 'pause' # a comment
        [plugins."io.containerd.grpc.v1.cri".containerd]
          snapshotter = "overlayfs"
          runtimes = [{ name = "runc" }, { name = "kata" }]
        [other]
        at = 1979-05-27
        [plugins.next]
        on = true
        [[list]]
        n = 1
        [[list]]
        n = 2
        """;

    [Fact]
    public void Tables_are_found_by_their_names_wherever_they_stand()
    {
        ConfigurationNode root = TomlTree.Parse(Containerd, "config.toml");
        Assert.Equal("/var/lib/containerd", root["root"].Value);
        ConfigurationNode snapshotter = root.At("plugins", "io.containerd.grpc.v1.cri", "containerd", "snapshotter");
        Assert.Equal(("overlayfs", 6), (snapshotter.Value, snapshotter.Line));
        Assert.True(root.At("plugins", "next", "on").IsTrue);
        Assert.Equal("1979-05-27", root.At("other", "at").Value);
        Assert.Equal(
            ["runc", "kata"],
            root.At("plugins", "io.containerd.grpc.v1.cri", "containerd", "runtimes").Children.Select(item => item["name"].Value)
        );
        Assert.Equal(["1", "2"], root["list"].Children.Select(item => item["n"].Value));
    }

    [Fact]
    public void An_empty_file_is_an_empty_table() => Assert.Empty(TomlTree.Parse("", "empty.toml").Children);

    [Theory]
    [InlineData("a = [")]
    [InlineData("a = \"x")]
    [InlineData("[a\nb = 1")]
    [InlineData("= 1")]
    public void Broken_files_are_refused_with_their_line(string text) =>
        Assert.Contains(
            "bad.toml, line",
            Assert.Throws<FactsException>(() => TomlTree.Parse(text, "bad.toml")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Deep_and_huge_files_are_refused()
    {
        Assert.Throws<FactsException>(() => TomlTree.Parse("a = " + new string('[', 100_000), "deep.toml"));
        Assert.Throws<FactsException>(() => TomlTree.Parse("a = " + string.Concat(Enumerable.Repeat("{b=", 100_000)), "deep.toml"));
        Assert.Throws<FactsException>(() => TomlTree.Parse($"[{string.Join('.', Enumerable.Repeat("a", 100_000))}]\nb = 1", "deep.toml"));
        Assert.Throws<FactsException>(() => TomlTree.Parse("a = [" + string.Concat(Enumerable.Repeat("1,", 300_000)) + "]", "huge.toml"));
    }

    [Fact]
    public void Broken_files_do_no_harm() =>
        Fuzzing.Try(
            Trials.Of(100_000),
            [Containerd, "a = 1\nb.c = \"\"\"x\ny\"\"\"\n[[t]]\nd = {e = [1, 2.5, inf], f = '''z'''}\n"],
            ["[", "]", "[[", "{", "\"\"\"", "'''", "\\u12", "=", ".", "\n", "#", "1e999", "\0", "[plugins]"],
            text => TomlTree.Parse(text, "x")
        );
}
