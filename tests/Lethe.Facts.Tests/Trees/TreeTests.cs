using Lethe.Facts;
using Lethe.Facts.Trees;

namespace Lethe.Tests.Facts.Trees;

public sealed class TreeTests
{
    [Fact]
    public void Yaml_is_read_with_the_lines_it_stands_on()
    {
        IReadOnlyList<ConfigurationNode> documents = YamlTree.Parse("""
            # A pod.
            kind: Pod
            spec:
              hostIPC: true
              volumes:
              - name: a
                emptyDir: {medium: Memory,
                  sizeLimit: 1Gi}
              - {name: "null", note: null, other: ~, empty: }
            ---
            kind: &k Deployment
            again: *k
            text: |
              two
              lines
            """, "pod.yaml");
        Assert.Equal(2, documents.Count);
        ConfigurationNode spec = documents[0]["spec"];
        Assert.Equal(("Pod", 2), (documents[0]["kind"].Value, documents[0]["kind"].Line));
        Assert.Equal((true, 4, "hostIPC: true"), (spec["hostIPC"].IsTrue, spec["hostIPC"].Line, spec["hostIPC"].Evidence("pod.yaml").Text));
        Assert.Equal(
            ("Memory", 7),
            (spec["volumes"].Children[0].At("emptyDir", "medium").Value, spec["volumes"].Children[0].At("emptyDir", "medium").Line)
        );
        Assert.Equal(
            ("1Gi", 8),
            (spec["volumes"].Children[0].At("emptyDir", "sizeLimit").Value, spec["volumes"].Children[0].At("emptyDir", "sizeLimit").Line)
        );
        ConfigurationNode second = spec["volumes"].Children[1];
        Assert.Equal(
            ("null", null, null, null),
            (second["name"].Value, second["note"].Value, second["other"].Value, second["empty"].Value)
        );
        Assert.True(second["note"].IsPresent);
        Assert.False(second["nothing"].IsPresent);
        Assert.Equal(("Deployment", 12), (documents[1]["again"].Value, documents[1]["again"].Line));
        Assert.Equal("two\nlines", documents[1]["text"].Value);
    }

    [Fact]
    public void Json_is_read_with_the_lines_it_stands_on()
    {
        ConfigurationNode root = JsonTree.Parse("""
            {
              // With comments and trailing commas, as people write it.
              "a": "x",
              "list": [1, true,
                null, {"b": "\u00e9"},],
              "a": "y",
            }
            """, "x.json");
        Assert.Equal(("y", 6), (root["a"].Value, root["a"].Line));
        Assert.Single(root.All("a"));
        Assert.Equal(["1", "true", null, null], root["list"].Children.Select(child => child.Value));
        Assert.Equal([4, 4, 5, 5], root["list"].Children.Select(child => child.Line));
        Assert.Equal("é", root["list"].Children[3]["b"].Value);
        Assert.False(root.At("list", "b").IsPresent);
        Assert.Equal("7", JsonTree.Parse(" 7 ", "x").Value);
    }

    [Fact]
    public void Xml_is_read_with_the_lines_it_stands_on()
    {
        ConfigurationNode root = XmlTree.Parse("""
            <?xml version="1.0"?>
            <!-- a machine -->
            <domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
              <name>a&amp;<!-- and -->b</name>
              <memoryBacking>
                <locked/>
                <source
                  type='file'/>
              </memoryBacking>
              <qemu:commandline><qemu:arg value='-mem-prealloc'/><qemu:arg value='-s'/></qemu:commandline>
            </domain>

            """, "vm.xml");
        Assert.Equal(("domain", 3, "kvm"), (root.Name, root.Line, root["@type"].Value));
        Assert.Equal(("a&b", 4), (root["name"].Value, root["name"].Line));
        Assert.Equal(6, root.At("memoryBacking", "locked").Line);
        Assert.Equal(("file", 8), (root.At("memoryBacking", "source", "@type").Value, root.At("memoryBacking", "source", "@type").Line));
        Assert.Equal(["-mem-prealloc", "-s"], root["commandline"].All("arg").Select(argument => argument["@value"].Value));
    }

    [Fact]
    public void The_mark_of_an_encoding_is_no_part_of_a_text()
    {
        Assert.Equal("1", JsonTree.Parse("\ufeff{\"a\":1}", "x")["a"].Value);
        Assert.Equal("1", YamlTree.Parse("\ufeffa: 1", "x")[0]["a"].Value);
        Assert.Equal("1", XmlTree.Parse("\ufeff<r><a>1</a></r>", "x")["a"].Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("nothing")]
    [InlineData("[1,2\n,\n")]
    public void Broken_json_is_refused(string text) => Refused(() => JsonTree.Parse(text, "broken.file"));

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: 'b")]
    [InlineData("a: b: c: d")]
    [InlineData("*a")]
    [InlineData("&a [*a]")]
    [InlineData("%YAML 9.9\n---\na")]
    [InlineData("a: \"\\q\"")]
    public void Broken_yaml_is_refused(string text) => Refused(() => YamlTree.Parse(text, "broken.file"));

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("<a>")]
    [InlineData("<a></b>")]
    [InlineData("<a/><b/>")]
    [InlineData("<a/>text")]
    [InlineData("<a b='1' b='2'/>")]
    [InlineData("<a>&nbsp;</a>")]
    [InlineData("<a>&#0;</a>")]
    public void Broken_xml_is_refused(string text) => Refused(() => XmlTree.Parse(text, "broken.file"));

    [Fact]
    public void The_line_of_a_fault_is_told()
    {
        Assert.Contains(
            "broken.file, line 3:",
            Assert.Throws<FactsException>(() => JsonTree.Parse("{\n\"a\":\n?}", "broken.file")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "broken.file, line 2:",
            Assert.Throws<FactsException>(() => XmlTree.Parse("<a>\n</b>", "broken.file")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "broken.file, line 2:",
            Assert.Throws<FactsException>(() => YamlTree.Parse("a: 1\nb: *none\n", "broken.file")).Message,
            StringComparison.Ordinal
        );
    }

    private static void Refused(Func<object> parse) =>
        Assert.Contains("broken.file", Assert.Throws<FactsException>(parse).Message, StringComparison.Ordinal);
}
