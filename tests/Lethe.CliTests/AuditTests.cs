using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lethe.Tests.Cli;

/// <summary><c>lethe audit</c>, as a user calls it.</summary>
public sealed class AuditTests : IDisposable
{
    // Of all rules only this one counts, so that the exit code is about it.
    private const string OnlyClearing =
        "name: only-clearing\nabout: freed memory\nseverities:\n  '*': low\n  anonymous-memory/cleared-when-freed: high\n";

    private const int MostAttempts = 10;

    private readonly string directory = Directory.CreateTempSubdirectory("lethe-audit-").FullName;

    private string Configuration =>
        Make(
            "config",
            "CONFIG_INIT_ON_ALLOC_DEFAULT_ON=y\n# CONFIG_INIT_ON_FREE_DEFAULT_ON is not set\n# CONFIG_PAGE_POISONING is not set\n"
        );

    [Fact]
    public void The_exit_code_says_closed_open_or_incomplete()
    {
        string profile = Make("only.yaml", OnlyClearing),
            closed = Make("cmdline-closed", "root=/dev/vda1 init_on_free=1\n"),
            open = Make("cmdline-open", "root=/dev/vda1 quiet\n");
        Assert.Equal(0, Audit(closed, Configuration, "--profile", profile));
        Assert.Equal(2, Audit(open, Configuration, "--profile", profile));
        Assert.Equal(2, Audit(open, Configuration, "--profile", profile, "--threshold", "high"));
        Assert.Equal(0, Audit(open, Configuration, "--profile", profile, "--exit-zero"));
        // What weighs nothing here opens nothing, unless one asks for the least as well.
        string light = Make("light.yaml", "name: light\nabout: nothing counts\nseverities:\n  '*': low\n");
        Assert.Equal(0, Audit(open, Configuration, "--profile", light));
        Assert.Equal(2, Audit(open, Configuration, "--profile", light, "--threshold", "low"));
        // A file that nobody knows does not keep the others from being judged.
        string unknown = Make("notes", "nothing of interest\n");
        Assert.Equal(3, Audit(closed, Configuration, unknown, "--profile", profile));
        Assert.Equal(2, Audit(open, Configuration, unknown, "--profile", profile));
        Assert.Equal(3, Audit(open, Configuration, unknown, "--profile", profile, "--exit-zero"));
    }

    [Fact]
    public void What_was_collected_is_judged_as_the_host_itself()
    {
        string facts = "";
        // A host does not stand still: other tests' machines come and go. A difference that stays is one of the judgement.
        for (int attempt = 1; ; attempt++)
        {
            var collected = ShippedLethe.Run("audit", "collect");
            Assert.Equal((0, ""), (collected.ExitCode, collected.Errors));
            facts = Make("facts.json", collected.Output);
            var here = ShippedLethe.Run("audit", "--json");
            var there = ShippedLethe.Run("audit", facts, "--json");
            Assert.NotEmpty(Judgements(here.Output));
            if (attempt < MostAttempts && !Judgements(here.Output).SequenceEqual(Judgements(there.Output))) continue;
            Assert.Equal(Judgements(here.Output), Judgements(there.Output));
            Assert.Equal(here.ExitCode, there.ExitCode);
            break;
        }

        // The same bundle twice is two hosts.
        JsonNode twice = JsonNode.Parse(ShippedLethe.Run("audit", facts, facts, "--json").Output)!;
        Assert.Equal(2, twice["hosts"]!.AsArray().Select(host => (string)host!).Distinct().Count());
    }

    [Fact]
    public void A_file_system_at_rest_is_judged_by_what_it_configures()
    {
        Directory.CreateDirectory(Path.Combine(directory, "root/etc/kernel"));
        File.WriteAllText(Path.Combine(directory, "root/etc/kernel/cmdline"), "root=/dev/vda1 init_on_free=1\n");
        Directory.CreateDirectory(Path.Combine(directory, "root/boot"));
        File.Copy(Configuration, Path.Combine(directory, "root/boot/config-6.1.0"));
        JsonNode report = JsonNode.Parse(ShippedLethe.Run("audit", "--root", Path.Combine(directory, "root"), "--json").Output)!;
        JsonNode finding = report["findings"]!
            .AsArray()
            .Single(finding => (string)finding!["rule"]! == "anonymous-memory/cleared-when-freed")!;
        Assert.Equal("closed", (string)finding["state"]!);
        Assert.Contains(finding["evidence"]!.AsArray(), line =>
            (string)line!["source"]! == "/etc/kernel/cmdline" && (string)line["text"]! == "init_on_free=1"
        );
    }

    [Fact]
    public void All_reports_are_written_and_agree()
    {
        string open = Make("cmdline-open", "root=/dev/vda1 quiet\n");
        string[] paths = [.. ((string[])["json", "sarif", "xml", "html"]).Select(form => Path.Combine(directory, $"report.{form}"))];
        var result = ShippedLethe.Run(["audit", open, Configuration, .. paths.SelectMany(path => (string[])["--report", path])]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("✗ open, high: anonymous-memory/cleared-when-freed", result.Output, StringComparison.Ordinal);
        foreach (string path in paths)
            Assert.Contains("the kernel frees pages as they are", File.ReadAllText(path), StringComparison.Ordinal);
        JsonDocument.Parse(File.ReadAllText(paths[1])).Dispose();
        Assert.Equal(paths.Length, Directory.GetFiles(directory, "report.*").Length);
    }

    [Fact]
    public void What_is_closed_is_told_only_when_asked_for()
    {
        string closed = Make("cmdline-closed", "root=/dev/vda1 init_on_free=1\n");
        Assert.DoesNotContain(
            "the kernel zeroes pages when they are freed",
            ShippedLethe.Run("audit", closed, Configuration).Output,
            StringComparison.Ordinal
        );
        foreach (string option in (string[])["--all", "--verbose"])
            Assert.Contains(
                "the kernel zeroes pages when they are freed",
                ShippedLethe.Run("audit", closed, Configuration, option).Output,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void Colour_is_shown_where_it_is_wanted()
    {
        string open = Make("cmdline-open", "root=/dev/vda1 quiet\n");
        Assert.DoesNotContain('\u001b', ShippedLethe.Run("audit", open).Output);
        Assert.Contains('\u001b', ShippedLethe.Run("audit", open, "--color", "always").Output);
        Assert.Contains(
            '\u001b',
            ShippedLethe.Run(new Dictionary<string, string> { ["NO_COLOR"] = "1" }, ["audit", open, "--color", "always"]).Output
        );
        Assert.DoesNotContain(
            '\u001b',
            ShippedLethe.Run(new Dictionary<string, string> { ["NO_COLOR"] = "1" }, ["audit", open, "--color", "auto"]).Output
        );
    }

    [Fact]
    public void A_wrong_rule_in_a_profile_comes_with_the_nearest_right_one()
    {
        string wrong = Make("wrong.yaml", "name: wrong\nabout: it\noff:\n- anonymous-memory/cleared-when-fred\n");
        var result = ShippedLethe.Run("audit", "--profile", wrong);
        Assert.Equal(78, result.ExitCode);
        Assert.Contains(
            "wrong.yaml, line 4: there is no rule 'anonymous-memory/cleared-when-fred'",
            result.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains("did you mean anonymous-memory/cleared-when-freed", result.Errors, StringComparison.Ordinal);
        string medium = Make("medium.yaml", "name: wrong\nabout: it\noff:\n- anonymus-memory/*\n");
        Assert.Contains("did you mean anonymous-memory/*", ShippedLethe.Run("audit", "--profile", medium).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_contents_from_outside_are_escaped()
    {
        string open = Make("cmdline\u001b[31m", "root=/dev/vda1 init_on_free=0\u001b[31m\n"),
            unknown = Make("a\u001b[32m", "nothing"),
            profile = Make("p\u001b[33m", "name: x\n\u001b: y\n");
        var result = ShippedLethe.Run("audit", open, Configuration, unknown);
        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain('\u001b', result.Output + result.Errors + ShippedLethe.Run("audit", "--profile", profile).Errors);
        Assert.Contains("\\u{1b}[31m", result.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static int Audit(params string[] arguments) => ShippedLethe.Run(["audit", .. arguments]).ExitCode;

    private string Make(string name, string content)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static IEnumerable<string> Judgements(string json) =>
        JsonNode.Parse(json)!["findings"]!
            .AsArray()
            .Select(finding => $"{finding!["rule"]} {finding["subject"]} {finding["state"]} {finding["severity"]}");
}
