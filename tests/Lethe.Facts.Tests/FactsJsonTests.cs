using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Facts;

namespace Lethe.Tests.Facts;

public sealed class FactsJsonTests
{
    private static readonly int Cases = Trials.Of(100_000);

    private const string Small =
        """{"schema":"lethe.facts/1","host":"h","scope":"host","looked":["/proc/swaps"],"facts":["""
        + """{"path":"/a","text":"x"},{"path":"/d/","entries":[{"name":"n","bytes":1,"owner":0}]}]}""";

    [Fact]
    public void What_was_written_is_read_again()
    {
        Gen<string> text = ArbMap.Default.GeneratorFor<string>().Select(letters => WellFormed(letters ?? ""));
        Gen<string?> maybe = Gen.OneOf(text.Select(value => (string?)value), Gen.Constant<string?>(null));
        Gen<FactEntry> entry =
            from name in text
            from length in ArbMap.Default.GeneratorFor<long>()
            from owner in ArbMap.Default.GeneratorFor<uint>()
            from target in maybe
            select new FactEntry(name, length, owner, target, length / 2);
        Gen<IReadOnlyList<FactEntry>?> entries = Gen.OneOf(
            entry.ListOf().Select(list => (IReadOnlyList<FactEntry>?)list.ToArray()),
            Gen.Constant<IReadOnlyList<FactEntry>?>(null)
        );
        Gen<Fact> fact =
            from path in text
            from content in maybe
            from list in entries
            from problem in maybe
            from source in maybe
            select new Fact(path, content, list, problem, source);
        Gen<HostFacts> hosts =
            from host in text
            from scope in Gen.Elements(FactScope.Host, FactScope.Root, FactScope.Files)
            from looked in text.ListOf()
            from facts in fact.ListOf()
            select new HostFacts(host, scope, looked.ToArray(), facts);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(2_000)), Prop.ForAll(hosts.ToArbitrary(), facts =>
        {
            string written = FactsJson.Write(facts);
            HostFacts read = FactsJson.Read(written, "test");
            return FactsJson.Write(read) == written
                && read.Host == facts.Host
                && read.Scope == facts.Scope
                && read.Looked.SequenceEqual(facts.Looked)
                && read.All.Count == facts.All.Count && read.All.Zip(facts.All).All(pair => Same(pair.First, pair.Second));
        }));
    }

    [Fact]
    public void A_bundle_is_known_by_its_beginning()
    {
        Assert.True(FactsJson.IsBundle(FactsJson.Write(new HostFacts("h", FactScope.Host, [], []))));
        Assert.True(FactsJson.IsBundle("{\"schema\":\"lethe.facts/9\"}"));
        Assert.False(FactsJson.IsBundle(""));
        Assert.False(FactsJson.IsBundle("{}"));
        Assert.False(FactsJson.IsBundle("# lethe.facts/1"));
    }

    [Fact]
    public void A_newer_schema_is_named()
    {
        var failure = Assert.Throws<FactsException>(() =>
            FactsJson.Read(Small.Replace("facts/1", "facts/2", StringComparison.Ordinal), "other.json")
        );
        Assert.Contains("lethe.facts/2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("other.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_of_later_versions_are_passed_over() =>
        Assert.Equal(
            "x",
            FactsJson
                .Read(Small.Replace("{\"path\":\"/a\"", "{\"colour\":{\"r\":1},\"path\":\"/a\"", StringComparison.Ordinal), "test")
                .Read("/a")
                .Text
        );

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"schema":"lethe.facts/1"}""")]
    [InlineData("""{"schema":null,"host":"h","scope":"host","looked":[],"facts":[]}""")]
    [InlineData("""{"schema":"lethe.facts/1","host":null,"scope":"host","looked":[],"facts":[]}""")]
    [InlineData("""{"schema":"lethe.facts/1","host":"h","scope":"moon","looked":[],"facts":[]}""")]
    [InlineData("""{"schema":"lethe.facts/1","host":"h","scope":"host","looked":null,"facts":[]}""")]
    [InlineData("""{"schema":"lethe.facts/1","host":"h","scope":"host","looked":[null],"facts":[]}""")]
    [InlineData("""{"schema":"lethe.facts/1","host":"h","scope":"host","looked":[],"facts":null}""")]
    [InlineData("""{"schema":"lethe.facts/1","host":"h","scope":"host","looked":[],"facts":[null]}""")]
    [InlineData("""{"schema":"lethe.facts/1","host":"h","scope":"host","looked":[],"facts":[{"path":null}]}""")]
    [InlineData("""{"schema":"lethe.facts/1","host":"h","scope":"host","looked":[],"facts":[{"path":"/","entries":[null]}]}""")]
    [InlineData(
        """{"schema":"lethe.facts/1","host":"h","scope":"host","looked":[]"""
            + ""","facts":[{"path":"/","entries":[{"name":null,"bytes":0,"owner":0}]}]}"""
    )]
    [InlineData(
        """{"schema":"lethe.facts/1","host":"h","scope":"host","looked":[]"""
            + ""","facts":[{"path":"/","entries":[{"name":"a","bytes":99999999999999999999,"owner":0}]}]}"""
    )]
    [InlineData("""{"schema":"lethe.facts/1","host":"h","scope":"host","looked":[],"facts":[{"path":"/","text":"\ud800"}]}""")]
    public void What_is_no_bundle_is_refused_with_its_name(string text) =>
        Assert.Contains(
            "test.json",
            Assert.Throws<FactsException>(() => FactsJson.Read(text, "test.json")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Every_cut_is_refused()
    {
        for (int length = 0; length < Small.TrimEnd().Length; length++)
            Assert.Throws<FactsException>(() => FactsJson.Read(Small[..length], "cut"));
    }

    [Fact]
    public void A_deep_bundle_is_refused() =>
        Assert.Throws<FactsException>(() => FactsJson.Read("{\"schema\":\"lethe.facts/1\",\"x\":" + new string('[', 100_000), "deep"));

    [Fact]
    public void Broken_bundles_do_no_harm() =>
        Fuzzing.Try(
            Cases,
            [Small],
            ["null", "{", "}", "[", "]", "\"", ",", ":", "\\ud800", "\\u0000", "1e999", "-1", "\"path\"", "\"entries\""],
            text =>
        {
            HostFacts facts = FactsJson.Read(text, "broken");
            foreach (Fact fact in facts.All) _ = facts.Read(fact.Path).Evidence.Text.Length;
        });

    private static bool Same(Fact first, Fact second) =>
        first with { Entries = null } == second with { Entries = null }
        && (first.Entries is null) == (second.Entries is null)
        && (first.Entries ?? []).SequenceEqual(second.Entries ?? []);

    // What comes from a file is decoded text, which has no halves of characters.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
