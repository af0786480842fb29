using System.CommandLine;
using System.Diagnostics;
using Lethe.Evidence.Audit;
using Lethe.Evidence.ExitCodes;
using Lethe.Evidence;
using Lethe.Facts.Collecting;
using Lethe.Facts;
using Lethe.Media.Hosts;
using Lethe.Media.Matrix;

namespace Lethe.Cli.Audit;

/// <summary><c>lethe audit</c>.</summary>
internal static class AuditCommand
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = $"Facts of other hosts, or configuration files; FORM:FILE says which ({string.Join(", ", GivenFiles.Forms)}). "
            + "Without any: this host.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Root = new("--root")
    {
        Description = "Judge the file system of an image or a container.",
        HelpName = "DIR",
    };

    private static readonly Option<string> ProfileName = new("--profile")
    {
        Description = "What kind of host it is (lethe audit profiles), or a file that says so: which rules count, and how much.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => Profile.Everything.Name,
    };

    private static readonly Option<bool> All = new("--all", "--verbose") { Description = "Tell what is closed as well, rule by rule." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of text." };

    private static readonly Dictionary<string, Action<AuditReport, Stream>> Forms = new()
    {
        [".json"] = AuditJson.Write,
        [".sarif"] = AuditSarif.Write,
        [".xml"] = AuditJUnit.Write,
        [".html"] = ReportFiles<AuditReport>.Text(AuditHtml.Write),
    };

    private static readonly Option<string[]> Report = new("--report")
    {
        Description = "Write a report; its extension (.json, .sarif, .xml for JUnit, .html) names the form. Repeatable.",
        HelpName = "FILE",
    };

    private static readonly Option<string> Threshold = new("--threshold")
    {
        Description = "The least severity of an open finding that makes the exit code 2.",
        HelpName = "low|medium|high",
        DefaultValueFactory = _ => "medium",
    };

    private static readonly Option<bool> ExitZero = new("--exit-zero") { Description = "Return 0 whatever was found, unless something is "
        + "unknown or could not be read." };

    private static readonly Option<string> Colour = new("--color")
    {
        Description = "auto, always or never.",
        HelpName = "WHEN",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<string?> Fix = new("--fix")
    {
        Description = "Write files that close what is open into a new directory; nothing of the host is changed.",
        HelpName = "DIR",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Threshold.AcceptOnlyFromAmong("low", "medium", "high");
        Colour.AcceptOnlyFromAmong("auto", "always", "never");
        var collect = new Command("collect", "Prints this host's facts as JSON, to be judged elsewhere.");
        collect.SetAction(_ => Console.Out.Write(FactsJson.Write(LiveFacts.Collect(MediaMatrix.Wants))));
        var command = new Command("audit", "Judges what a host's settings in effect leave readable, medium by medium, and says how to "
            + "close it.")
        {
            Files,
            Root,
            ProfileName,
            All,
            Json,
            Report,
            Fix,
            Threshold,
            ExitZero,
            Colour,
            collect,
            AuditLists.Rules(),
            AuditLists.Profiles(),
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        long began = Stopwatch.GetTimestamp();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Profile profile = WantedProfile.Of(parsed.GetValue(ProfileName)!);
        ReportFiles<AuditReport> reports = ReportFiles<AuditReport>.Check(
            parsed.GetValue(Report) ?? [],
            Forms,
            ".json, .sarif, .xml (JUnit) or .html"
        );
        var repairs = AuditRepairs.Of(parsed.GetValue(Fix));
        var problems = new List<AuditProblem>();
        HostAudit[] hosts =
        [
            .. HostNames.Distinct(Facts(parsed, problems)).Select(facts => repairs.Take(facts, HostAudit.Of(facts, profile))),
        ];
        repairs.Write();
        var report = new AuditReport(
            LetheVersion.Text, now, (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds, profile.Name,
            [.. hosts.Select(host => host.Host)],
            [.. hosts.SelectMany(host => host.Media)],
            profile.Rules,
            [.. hosts.SelectMany(host => host.Findings)],
            problems
        );
        reports.Write(report);
        if (parsed.GetValue(Json)) AuditJson.Write(report, StandardStream.Output);
        else
            AuditDrawing.Draw(
                new Terminal(parsed.GetValue(Colour)!).Output,
                report,
                parsed.GetValue(All),
                IsThisHost(parsed) && !Environment.IsPrivilegedProcess
            );
        return ExitCodePolicy.OfAudit(
            report,
            parsed.GetValue(ExitZero) ? null : Enum.Parse<Severity>(parsed.GetValue(Threshold)!, ignoreCase: true)
        );
    }

    private static bool IsThisHost(ParseResult parsed) => parsed.GetValue(Root) is null && parsed.GetValue(Files) is null or [];

    private static IEnumerable<HostFacts> Facts(ParseResult parsed, List<AuditProblem> problems)
    {
        string[] files = parsed.GetValue(Files) ?? [];
        if (parsed.GetValue(Root) is { } root)
        {
            if (files.Length > 0)
                throw new EvidenceException("--root and files cannot be judged together", "give one of them", ExitCode.Usage);
            return [Rooted(root)];
        }

        return files.Length == 0 ? [LiveFacts.Collect(MediaMatrix.Wants)] : GivenFiles.Read(files, (name, failure) =>
        {
            Notice.Write(failure.Message, Printable.Of(failure.Hint));
            problems.Add(new AuditProblem(name, failure.Message));
        });
    }

    private static HostFacts Rooted(string root)
    {
        try
        {
            return LiveFacts.CollectRoot(root, MediaMatrix.Wants);
        }
        catch (FactsException failure)
        {
            throw new EvidenceException(failure.Message, failure.Hint, ExitCode.Usage);
        }
    }
}
