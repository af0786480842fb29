using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;
using Lethe.Media.Hosts;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing;

/// <summary>Profiles: what is read, and what is refused with its line.</summary>
public sealed class ProfileFileTests
{
    private const string Whole = """
        # A comment.
        name: ours
        about: hosts like ours
        off:
          - anonymous-memory/stack-*
        severities:
          'anonymous-memory/*': low
          anonymous-memory/cleared-when-freed: medium
        """;

    private static readonly Rule Cleared = MediaMatrix.Rules.Single(entry => entry.Rule.Id == "anonymous-memory/cleared-when-freed").Rule;

    [Fact]
    public void A_profile_is_read()
    {
        Profile profile = ProfileFile.Parse(Whole, "ours.yaml");
        Assert.Equal(("ours", "hosts like ours"), (profile.Name, profile.About));
        Assert.False(profile.Judges("anonymous-memory/stack-and-registers"));
        Assert.True(profile.Judges(Cleared.Id));
        // Of several that fit the last counts.
        Assert.Equal(Severity.Medium, profile.SeverityOf(Cleared));
        Assert.DoesNotContain(profile.Rules, rule => rule.Id == "anonymous-memory/stack-and-registers");
        Assert.All(profile.Rules.Where(rule => rule.Medium == "anonymous-memory" && rule.Id != Cleared.Id), rule =>
            Assert.Equal(Severity.Low, rule.Severity)
        );
    }

    [Fact]
    public void What_may_be_left_out_may_be_left_out()
    {
        Profile profile = ProfileFile.Parse("name: a\nabout: b\noff: []\nseverities:\n", "a.yaml");
        Assert.True(profile.Judges(Cleared.Id));
        Assert.Equal(Cleared.Severity, profile.SeverityOf(Cleared));
    }

    [Fact]
    public void A_medium_of_which_no_rule_is_judged_is_left_out_and_not_closed()
    {
        var facts = new HostFacts("test", FactScope.Host, [], []);
        HostAudit nothing = HostAudit.Of(facts, ProfileFile.Parse("name: a\nabout: b\noff: ['*']\n", "a.yaml"));
        Assert.Empty(nothing.Media);
        Assert.Empty(nothing.Findings);
        HostAudit everything = HostAudit.Of(facts, Profile.Everything);
        Assert.Equal(MediaMatrix.Audits.DistinctBy(audit => audit.Medium.Name).Count(), everything.Media.Count);
        Assert.All(everything.Media, row => Assert.Equal(Posture.Unknown, row.State));
    }

    [Theory]
    [InlineData(1, "'name' is missing", "about: b")]
    [InlineData(1, "expected one mapping", "")]
    [InlineData(1, "'about' is missing", "name: a")]
    [InlineData(2, "'about' is missing", "name: a\nabout:")]
    [InlineData(1, "this is no name", "name: A b\nabout: b")]
    [InlineData(3, "'of' is unknown", "name: a\nabout: b\nof: []")]
    [InlineData(3, "'name' is given twice", "name: a\nabout: b\nname: c")]
    [InlineData(3, "expected a list of rules", "name: a\nabout: b\noff: swap/*")]
    [InlineData(3, "expected a list of rules", "name: a\nabout: b\noff: { swap/*: low }")]
    [InlineData(4, "there is no rule 'swapp/*'", "name: a\nabout: b\noff:\n- swapp/*")]
    [InlineData(4, "there is no rule ''", "name: a\nabout: b\noff:\n- [x]")]
    [InlineData(4, "there is no rule 'anonymous-memory/cleared'", "name: a\nabout: b\nseverities:\n  anonymous-memory/cleared: low")]
    [InlineData(4, "this is no severity", "name: a\nabout: b\nseverities:\n  swap/*: severe")]
    [InlineData(3, "expected rules and how much they weigh", "name: a\nabout: b\nseverities: [swap/*]")]
    [InlineData(1, "expected one mapping", "- name")]
    [InlineData(1, "expected one mapping", "name")]
    [InlineData(3, "expected one mapping", "name: a\n---\nname: b")]
    [InlineData(3, "this is no YAML", "name: a\nabout: b\n*x: c")]
    public void What_is_wrong_is_named_with_its_line(int line, string problem, string text)
    {
        ProfileException failure = Assert.Throws<ProfileException>(() => ProfileFile.Parse(text, "a.yaml"));
        Assert.Equal($"a.yaml, line {line}: {problem}", failure.Message.Split(" (")[0]);
        Assert.NotEmpty(failure.Hint);
        Assert.Equal(problem.StartsWith("there is no rule", StringComparison.Ordinal), failure.UnknownRule is not null);
    }

    [Fact]
    public void Whatever_a_file_holds_it_is_a_profile_or_refused()
    {
        // Fewer than a parser's million: what parses YAML is fuzzed by itself.
        string[] pieces =
        [
            "name: a",
            "about: b",
            "off:",
            "severities:",
            "\n",
            "\n",
            "  ",
            "- ",
            "swap/*",
            ": low",
            "*",
            "&a ",
            "*a",
            "[",
            "]",
            "{",
            "}",
            "'",
            "\"",
            "---",
            "\0",
            "\ud800",
            "|",
            "!!",
            "? ",
        ];
        var random = new Random(5);
        for (int attempt = 0; attempt < 100_000; attempt++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Assert.NotEmpty(ProfileFile.Parse(text, "a.yaml").Name);
            }
            catch (ProfileException refused)
            {
                Assert.StartsWith("a.yaml", refused.Message);
            }
        }

        Assert.Throws<ProfileException>(() => ProfileFile.Parse(new string('a', ProfileFile.MostCharacters + 1), "a.yaml"));
    }

    [Fact]
    public void The_profiles_that_come_with_lethe_are_right()
    {
        Assert.Equal("everything", Profiles.All[0].Name);
        Assert.True(Profiles.All.Count >= 5);
        Assert.Equal(Profiles.All.Count, Profiles.All.Select(profile => profile.Name).Distinct().Count());
        Assert.All(Profiles.All, profile => Assert.Same(profile, Profiles.Find(profile.Name)));
        Assert.All(Profiles.All, profile => Assert.NotEmpty(profile.Rules));
        Assert.Null(Profiles.Find("nothing"));
    }
}
