using System.CommandLine;
using System.Text.RegularExpressions;
using Lethe.Cli.Commands;
using Lethe.Cli.Run;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media;
using Lethe.Media.Matrix;

namespace Lethe.Tests.Cli;

/// <summary>What the documents show is what the command does.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Verbs = [.. CommandTree.Create().Subcommands.Select(command => command.Name)];

    public static TheoryData<string> Documents => [.. Verbs.Select(verb => $"docs/{verb}.md")];

    [Fact]
    public void Every_command_line_that_is_shown_is_right() => Assert.All(
        from name in Verbs.Select(verb => $"docs/{verb}.md").Append("README.md")
        from line in CommandLine().Matches(Read(name)).Select(match => match.Groups[1].Value)
        select (name, line),
        shown =>
        {
            string[] words = [.. Word().Matches(shown.line.Split('#', '>')[0]).Select(match => match.Value.Trim('\'', '"'))];
            words = RunWords.Of([.. words.Where(word => !word.StartsWith('[') && word != "...")]).Own;
            Assert.True(UsageError.Find(CommandTree.Create().Parse(words), words) is null, $"{shown.name}: lethe {shown.line}");
        });

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_option_has_its_place_in_the_reference(string document)
    {
        string text = Read(document);
        Command command = CommandTree.Create().Subcommands.Single(one => document == $"docs/{one.Name}.md");
        IEnumerable<Option> options = command.Subcommands.Prepend(command).SelectMany(CommandTree.OptionsOf);
        options = options.Where(option => option.Name is not ("--help" or "--version"));
        Assert.All(options, option => Assert.Contains($"`{option.Name}", text));
        Assert.All(command.Subcommands, one => Assert.Contains($"lethe {command.Name} {one.Name}", text));
        // And the other way round: what is described exists, hidden options included.
        HashSet<string> known = [.. command.Subcommands.Prepend(command).SelectMany(one => one.Options).Select(option => option.Name)];
        Assert.All(OptionRow().Matches(text).Select(row => row.Groups[1].Value), name => Assert.Contains(name, known));
    }

    [Fact]
    public void The_table_of_a_proof_has_every_route()
    {
        string text = Read("docs/prove.md");
        var shown = new HashSet<string>(NamedBelow().Matches(text).Select(match => match.Groups[1].Value));
        Medium? medium = null;
        foreach (string line in text[text.IndexOf("$ ./lethe prove\n", StringComparison.Ordinal)..].Split('\n'))
        {
            if (Medium.All.FirstOrDefault(one => line == $"  {one.Title}") is { } title) medium = title;
            else if (medium is not null && RouteRow().Match(line) is { Success: true } row)
                shown.Add($"{medium.Name}/{row.Groups[1].Value}");
            else if (line == "```") break;
        }

        Assert.Equal(Catalog.Routes.Select(route => route.Name).Order(), shown.Order());
    }

    [Fact]
    public void The_end_of_a_run_looks_as_shown()
    {
        var clean = new MediumOutcome("swap", null, PurgeMethod.None, 0, null, Verdict.Clean, null);
        var end = new EndCertificate
        {
            Id = "01M81JVRBKRRFMBC0TR3PJMZ6J",
            Version = "0",
            Workload = new Workload("process-tree", "", null),
            Began = DateTimeOffset.UnixEpoch,
            Ended = DateTimeOffset.UnixEpoch,
            ExitCode = 0,
            Host = new HostState("6.12", "boot", null),
            Media =
            [
                .. Enumerable.Repeat(clean, 11),
                clean with { Verdict = Verdict.ProvedElsewhere },
                clean with
                {
                    Medium = "page-cache",
                    Verdict = Verdict.Inconclusive,
                    Reason = "not dropped, as dropped pages would not be zeroed; --scrub closes it",
                },
                clean with
                {
                    Medium = "kernel-buffers",
                    Verdict = Verdict.Inconclusive,
                    Reason = "this kernel does not zero on free; --scrub closes it",
                },
            ],
            WipedBytes = 214 << 20,
            WipeMs = 61,
        };
        Assert.Equal(MediaMatrix.Seals.Count, end.Media.Count);
        var drawn = new StringWriter { NewLine = "\n" };
        RunText.DrawEnd(drawn, end, "/root/.local/state/lethe/ledger.sqlite");
        Assert.Contains(drawn.ToString(), Read("docs/run.md"));
    }

    [Fact]
    public void Every_link_leads_to_a_file() => Assert.All(
        from file in Directory.GetFiles(SourceTree.Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(SourceTree.Root, "docs"), "*.md", SearchOption.AllDirectories))
        from target in Link().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)
        where !target.Contains("://", StringComparison.Ordinal)
        select (file, target),
        link => Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(link.file)!, link.target)), $"{link.file}: {link.target}"));

    private static string Read(string name) => File.ReadAllText(Path.Combine(SourceTree.Root, name));

    // In a block of code: indented or between fences, with or without a prompt.
    [GeneratedRegex(@"^(?:\$ |    )(?:\./)?lethe ([^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex("'[^']*'|\"[^\"]*\"|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\|(?: `[a-z]+` \|)? `(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    [GeneratedRegex(@"^    ([a-z][a-z0-9-]*)  ")]
    private static partial Regex RouteRow();

    [GeneratedRegex(@"^\* `([a-z-]+/[a-z-]+)`", RegexOptions.Multiline)]
    private static partial Regex NamedBelow();

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
