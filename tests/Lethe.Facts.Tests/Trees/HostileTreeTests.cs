using System.Text;
using Lethe.Facts;
using Lethe.Facts.Trees;

namespace Lethe.Tests.Facts.Trees;

/// <summary>Structured files may come from anywhere: whatever they hold, parsers refuse it or read it, in bounded memory.</summary>
public sealed class HostileTreeTests
{
    private static readonly int Cases = Trials.Of(100_000);
    private const long MostBytes = 512 << 20;

    private const string Yaml = "kind: Pod\nspec:\n  volumes:\n  - name: a\n    emptyDir: {medium: Memory}\n  - &x {name: 'b', b: *y}\n";

    [Fact]
    public void Broken_yaml_files_do_no_harm() =>
        Fuzzing.Try(Cases, [Yaml, "&a [1, \"x\\n\", ? k : v]", "a: |\n  b\n---\n!!str c: >-\n d\n..."],
            [
                "&a",
                "*a",
                "<<: *a",
                "- ",
                "? ",
                ": ",
                "{",
                "}",
                "[",
                "]",
                "\n",
                "\t",
                "---\n",
                "...",
                "%YAML 1.1\n",
                "!!",
                "|",
                ">",
                "'",
                "\"",
                "\\x",
                "#",
                "@",
                "`",
                "&a {a: *a}",
            ],
            text => Touch(YamlTree.Parse(text, "y"))
        );

    [Fact]
    public void Broken_json_files_do_no_harm() =>
        Fuzzing.Try(Cases, ["{\"a\":[1,true,null,{\"b\":\"c\\u00e9\"}],\n\"d\":-1.5e3}", "[{\"a\":{}},[]]"],
            ["{", "}", "[", "]", "\"", "\\", "\\ud800", ",", ":", "null", "1e999", "//", "/*", "*/", "\0", "\n"],
            text => Touch([JsonTree.Parse(text, "j")])
        );

    [Fact]
    public void Broken_xml_files_do_no_harm() =>
        Fuzzing.Try(
            Cases,
            [
                "<?xml version='1.0'?><domain type='kvm'><memory unit='KiB'>1</memory>\n<a:b xmlns:a='u' a:c='d'/></domain>",
                "<a>b<![CDATA[c]]><!-- d --></a>",
            ],
            [
                "<",
                ">",
                "</",
                "/>",
                "<a>",
                "</a>",
                "&",
                "&amp;",
                "&#x0;",
                "&#xffff;",
                "<!DOCTYPE a [<!ENTITY b 'c'>]>",
                "<![CDATA[",
                "]]>",
                "<!--",
                "-->",
                "<?",
                "?>",
                "'",
                "\"",
                "xmlns:x=''",
                "\0",
            ],
            text => Touch([XmlTree.Parse(text, "x")])
        );

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level < 40; level++)
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        Bounded(() => Refused(() => YamlTree.Parse(bomb.ToString(), "bomb")));
    }

    [Fact]
    public void Aliases_that_go_deep_are_refused()
    {
        var deep = new StringBuilder("a0: &a0 [x]\n");
        for (int level = 1; level < 2_000; level++) deep.Append($"a{level}: &a{level} [*a{level - 1}]\n");
        Bounded(() => Refused(() => YamlTree.Parse(deep.ToString(), "deep")));
        // Where the anchor is not the deepest thing around.
        Refused(() =>
            YamlTree.Parse($"a: &a {new string('[', 40)}{new string(']', 40)}\nb: {new string('[', 30)}*a{new string(']', 30)}\n", "deep")
        );
        Assert.Equal(
            2,
            YamlTree
                .Parse($"a: [{new string('[', 40)}{new string(']', 40)}, &a x]\nb: {new string('[', 40)}*a{new string(']', 40)}\n", "flat")[
                    0
                ]
                .Children.Count
        );
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("!!str &a ")]
    public void Deep_yaml_is_refused(string piece) => Bounded(() => Refused(() => YamlTree.Parse(Repeated(piece, 100_000), "deep")));

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public void Deep_json_is_refused(string piece) => Bounded(() => Refused(() => JsonTree.Parse(Repeated(piece, 4 << 20), "deep")));

    [Fact]
    public void Deep_xml_is_refused() => Bounded(() => Refused(() => XmlTree.Parse(Repeated("<a>", 4 << 20), "deep")));

    [Fact]
    public void Large_files_are_refused_or_read_in_bounded_memory()
    {
        Bounded(() => Refused(() => JsonTree.Parse("[" + Repeated("0,", 1 << 20) + "0]", "large")));
        Bounded(() => Refused(() => YamlTree.Parse(Repeated("- a\n", 1 << 20), "large")));
        Bounded(() => Refused(() => XmlTree.Parse("<r>" + Repeated("<a/>", 1 << 20) + "</r>", "large")));
        Bounded(() =>
            Refused(() =>
                XmlTree.Parse("<r " + string.Concat(Enumerable.Range(0, 300_000).Select(number => $"a{number}='' ")) + "/>", "large")
            )
        );
        Bounded(() => Touch([XmlTree.Parse("<r>" + Repeated("text<a/>", 400_000) + "</r>", "mixed")]));
        Bounded(() => Touch(YamlTree.Parse("a: \"" + Repeated("word ", 1 << 20) + "\"", "text")));
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>")]
    [InlineData("<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a/>")]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>")]
    [InlineData("<!DOCTYPE a><a/>")]
    public void Entities_of_a_file_itself_are_refused(string text) =>
        Assert.Contains("document type", Assert.Throws<FactsException>(() => XmlTree.Parse(text, "x")).Message, StringComparison.Ordinal);

    private static string Repeated(string piece, int letters) => string.Concat(Enumerable.Repeat(piece, letters / piece.Length));

    private static void Refused(Func<object> parse) => Assert.Throws<FactsException>(parse);

    private static void Bounded(Action parse)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            parse();
        }
        catch (FactsException)
        {
            // A refusal is an answer.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
    }

    // All that a tree holds can be gone through.
    private static int Touch(IReadOnlyList<ConfigurationNode> nodes) =>
        nodes.Sum(node => 1 + node.Evidence("x").Text.Length + Touch(node.Children));
}
