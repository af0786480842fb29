using Lethe.Facts;

namespace Lethe.Tests.Facts;

public sealed class HostFactsTests
{
    [Fact]
    public void What_was_looked_for_and_not_found_is_absent_and_the_rest_unknown()
    {
        var facts = new HostFacts("test", FactScope.Host, ["/proc/swaps", "/etc/sysctl.d/*.conf"], [new Fact("/proc/cmdline", "quiet\n")]);
        Assert.Equal(
            (false, false, "quiet"),
            (facts.Read("/proc/cmdline").IsAbsent, facts.Read("/proc/cmdline").IsUnknown, facts.Read("/proc/cmdline").Value)
        );
        Assert.Equal(
            (true, false, null),
            (facts.Read("/proc/swaps").IsAbsent, facts.Read("/proc/swaps").IsUnknown, facts.Read("/proc/swaps").Value)
        );
        Assert.True(facts.Read("/etc/sysctl.d/a.conf").IsAbsent);
        Assert.True(facts.Read("/etc/sysctl.d/sub/a.conf").IsUnknown);
        Assert.Equal("this was not collected", facts.Read("/etc/fstab").Problem);
        Assert.Equal("this was not collected", facts.Read("kernel:log").Evidence.Text);
        Assert.Equal("not there", facts.Read("/proc/swaps").Evidence.Text);
    }

    [Fact]
    public void What_lies_in_a_closed_directory_is_unknown_although_it_was_looked_for()
    {
        var facts = new HostFacts(
            "test",
            FactScope.Host,
            ["/a/*/c", "/a/x/"],
            [new Fact("/a/", Problem: "permission denied; run as root")]
        );
        Assert.Equal("permission denied; run as root", facts.Read("/a/b/c").Problem);
        Assert.True(facts.Read("/a/x/").IsUnknown);
        Assert.False(facts.IsComplete("/a/*/c", out string problem));
        Assert.Equal("/a/: permission denied; run as root", problem);
        Assert.Empty(facts.Matching("/a/*/c"));
    }

    [Fact]
    public void The_root_directory_can_be_closed_too() =>
        Assert.True(new HostFacts("test", FactScope.Root, ["/*/c"], [new Fact("/", Problem: "closed")]).Read("/b/c").IsUnknown);

    [Fact]
    public void A_list_is_complete_when_nothing_on_its_way_was_closed()
    {
        Fact[] found = [new Fact("/a/b/c", "1"), new Fact("/a/b/d", Problem: "permission denied"), new Fact("/z/", Problem: "closed")];
        var facts = new HostFacts("test", FactScope.Host, ["/a/*/c", "/a/*/d", "/a/*/e"], found);
        Assert.True(facts.IsComplete("/a/*/c", out string none));
        Assert.Equal("", none);
        Assert.False(facts.IsComplete("/a/*/d", out _));
        Assert.True(facts.IsComplete("/a/*/e", out _));
        Assert.False(facts.IsComplete("/a/*/f", out string notLooked));
        Assert.Equal("this was not collected", notLooked);
    }

    [Fact]
    public void Those_that_match_come_in_the_order_of_their_paths_and_nothing_else_does()
    {
        string[] paths = ["/b", "/a/9", "/a/10", "/a/1/x", "/a/", "/a0", "/a/z"];
        var facts = new HostFacts("test", FactScope.Host, [], paths.Select(path => new Fact(path, path)));
        Assert.Equal(
            ["/a/10", "/a/9", "/a/z"],
            facts.Matching("/a/*").Where(reading => reading.Path != "/a/").Select(reading => reading.Path)
        );
        Assert.Equal(["/a/1/x"], facts.Matching("/*/*/x").Select(reading => reading.Path));
        Assert.Equal(["/b"], facts.Matching("/b").Select(reading => reading.Path));
        Assert.Equal(paths.Order(StringComparer.Ordinal), facts.All.Select(fact => fact.Path));
    }

    [Fact]
    public void A_part_that_is_a_star_alone_does_not_mean_the_directory_itself() =>
        Assert.Empty(new HostFacts("test", FactScope.Host, [], [new Fact("/a/", Entries: [])]).Matching("/a/*"));

    [Fact]
    public void Of_two_facts_at_one_path_the_later_counts() =>
        Assert.Equal("2", new HostFacts("test", FactScope.Host, [], [new Fact("/a", "1"), new Fact("/a", "2")]).Read("/a").Value);

    [Fact]
    public void A_fact_that_says_nothing_is_unknown_and_can_be_shown()
    {
        Reading reading = new HostFacts("test", FactScope.Host, [], [new Fact("/a")]).Read("/a");
        Assert.True(reading.IsUnknown);
        Assert.Equal("it has neither text nor entries", reading.Evidence.Text);
    }

    [Fact]
    public void What_is_asked_for_can_be_listened_to()
    {
        var asked = new List<string>();
        var facts = new HostFacts("test", FactScope.Host, [], []) { Asked = asked.Add };
        facts.Read("/a");
        _ = facts.Matching("/b/*");
        facts.IsComplete("/c/*", out _);
        Assert.Equal(["/a", "/b/*", "/c/*"], asked);
    }

    [Fact]
    public void Lines_have_their_numbers_and_long_evidence_is_cut()
    {
        var facts = new HostFacts(
            "test",
            FactScope.Host,
            [],
            [new Fact("/a", "one\r\n two \n", Source: "given.txt"), new Fact("/b", new string('x', 5000) + "\n")]
        );
        Assert.Equal(
            [("given.txt", 1, "one"), ("given.txt", 2, " two "), ("given.txt", 3, "")],
            facts.Read("/a").Lines.Select(line => (line.Source, line.Number, line.Text))
        );
        Assert.Equal(("two", 2), (facts.Read("/a").Lines[1].Evidence.Text, facts.Read("/a").Lines[1].Evidence.Line));
        Assert.Equal(201, facts.Read("/b").Evidence.Text.Length);
    }
}
