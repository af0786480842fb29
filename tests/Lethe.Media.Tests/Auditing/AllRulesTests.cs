using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;
using Lethe.Media.Auditing.Repairing;
using Lethe.Media.Hosts;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Media.Auditing;

/// <summary>What every rule has to keep to, whoever adds it.</summary>
public sealed class AllRulesTests
{
    private const int Cases = 300;

    [Fact]
    public void Rules_have_names_of_their_own_below_their_medium()
    {
        string[] ids = [.. MediaMatrix.Rules.Select(rule => rule.Rule.Id)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(MediaMatrix.Rules, rule => Assert.Matches($"^{Regex.Escape(rule.Medium.Name)}/[a-z0-9]+(-[a-z0-9]+)*$", rule.Rule.Id));
    }

    [Fact]
    public void Rules_decide_media_and_name_routes_that_there_are()
    {
        Assert.All(MediaMatrix.Rules, rule =>
            Assert.All(rule.Rule.AlsoMedia, medium => Assert.True(medium != rule.Medium, $"{rule.Rule.Id}: {medium}"))
        );
        Assert.All(MediaMatrix.Rules, rule =>
            Assert.All(rule.Rule.Routes, route => Assert.True(Catalog.Find(route) is not null, $"{rule.Rule.Id}: {route}"))
        );
    }

    [Fact]
    public void Rules_say_what_they_are_about() =>
        Assert.All(MediaMatrix.Rules, rule =>
            Assert.All((string[])[rule.Rule.Title, rule.Rule.Why], text =>
                Assert.True(text.Length > 0 && !char.IsWhiteSpace(text[^1]) && !text.Contains('\n'), rule.Rule.Id)
            )
        );

    [Fact]
    public void Nothing_known_is_never_closed_and_never_open()
    {
        foreach (FactScope scope in Enum.GetValues<FactScope>())
            Assert.All(MediaMatrix.Rules, rule =>
                Assert.All(rule.Rule.Judge(new HostFacts("empty", scope, [], [])), judgement =>
                    Assert.True(judgement.State == Posture.Unknown, $"{rule.Rule.Id} of {scope}: {judgement.Summary}")
                )
            );
    }

    [Fact]
    public void A_host_that_has_nothing_is_judged() =>
        Assert.All(Enum.GetValues<FactScope>(), scope =>
            Assert.NotNull(HostAudit.Of(new HostFacts("bare", scope, MediaMatrix.Wants, []), Profile.Everything))
        );

    [Fact]
    public void Whatever_a_host_says_rules_judge_it_by_what_their_audit_wants()
    {
        foreach (FactScope scope in Enum.GetValues<FactScope>())
            foreach (IAudit audit in MediaMatrix.Audits)
                Check.One(
                    Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(Cases)),
                    Prop.ForAll(AnyFacts.Of(scope, audit.Wants).ToArbitrary(), facts => Judge(audit, facts))
                );
    }

    [Fact]
    public void Whatever_a_host_says_it_is_judged_alike_twice_and_its_repairs_are_files()
    {
        foreach (FactScope scope in Enum.GetValues<FactScope>())
        {
            Check.One(
                Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(Cases)),
                Prop.ForAll(AnyFacts.Of(scope, MediaMatrix.Wants).ToArbitrary(), facts =>
            {
                HostAudit audit = HostAudit.Of(facts, Profile.Everything);
                string[] findings = [.. audit.Findings.Select(Text)];
                Assert.Equal(
                    findings,
                    HostAudit
                        .Of(new HostFacts(facts.Host, facts.Scope, facts.Looked, facts.All), Profile.Everything)
                        .Findings.Select(Text)
                );
                IReadOnlyList<RepairedFile> files = RepairFiles.Of(facts, audit.Repairs);
                Assert.All(files, file => Assert.Matches(@"^[A-Za-z0-9._@+:,=\\/-]+$", file.Path));
                Assert.Equal(files, RepairFiles.Of(facts, audit.Repairs));
            }));
        }
    }

    private static void Judge(IAudit audit, HostFacts facts)
    {
        var asked = new HashSet<string>();
        var heard = new HostFacts(facts.Host, facts.Scope, facts.Looked, facts.All) { Asked = path => asked.Add(path) };
        foreach (Rule rule in audit.Rules)
        {
            asked.Clear();
            foreach (Judgement judgement in rule.Judge(heard))
            {
                Assert.True(
                    judgement.Summary.Length > 0 && (judgement.Summary[^1] != '.' || IsOfHost(judgement.Summary.Split(' ')[^1], facts)),
                    $"{rule.Id}: {judgement.Summary}"
                );
                Assert.All(judgement.Evidence, line => Assert.NotNull(line.Text));
                Assert.All(judgement.Repairs, repair => Assert.NotEmpty(repair.Instruction));
            }

            // Files that are given need nobody who wants them.
            Assert.All(asked.Where(path => !path.StartsWith("given:", StringComparison.Ordinal)), path =>
                Assert.True(
                    audit.Wants.Any(want => want == path || PathPattern.Matches(want, path)),
                    $"{rule.Id} reads {path}, which its audit does not want"
                )
            );
        }
    }

    // A full stop may stand at the end of a host's own name, where a summary ends with one.
    private static bool IsOfHost(string word, HostFacts facts) =>
        facts.All.Any(fact =>
            (fact.Path + "\n" + fact.Text).Contains(word, StringComparison.Ordinal)
            || fact.Entries?.Any(entry => entry.Name == word) == true
        );

    private static string Text(Finding finding) =>
        $"{finding.Rule} {finding.State} {finding.Subject} {finding.Summary} {string.Join(';', finding.Evidence)} {finding.Repair}";
}
