using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Collecting;
using Lethe.Media.Auditing;

namespace Lethe.Cli.Audit;

/// <summary><c>lethe audit</c>.</summary>
internal static class AuditCommand
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = $"Facts of other hosts, or configuration files; FORM:FILE says which ({string.Join(", ", GivenFiles.Forms)}). Without any: this host.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Root = new("--root") { Description = "Judge the file system of an image or a container.", HelpName = "DIR" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of text." };

    private static readonly Option<Severity> Threshold = new("--threshold") { Description = "The least severity of an open finding that makes the exit code 2.", HelpName = "low|medium|high", DefaultValueFactory = _ => Severity.Medium };

    private static readonly Option<bool> ExitZero = new("--exit-zero") { Description = "Return 0 whatever was found, unless something could not be read." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var collect = new Command("collect", "Prints this host's facts as JSON, to be judged elsewhere.");
        collect.SetAction(_ => Console.Out.Write(FactsJson.Write(LiveFacts.Collect(Audits.Wants))));
        var command = new Command("audit", "Judges what a host's settings in effect leave readable, medium by medium, and says how to close it.") { Files, collect };
        foreach (Option option in (Option[])[Root, Json, Threshold, ExitZero]) command.Options.Add(option);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        long began = Stopwatch.GetTimestamp();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Profile profile = Profile.Everything;
        var problems = new List<AuditProblem>();
        HostAudit[] hosts = [.. Facts(parsed, problems).Select(facts => HostAudit.Of(facts, profile))];
        var report = new AuditReport(
            Assembly.GetExecutingAssembly().GetName().Version!.ToString(3), now, (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds, profile.Name,
            [.. hosts.Select(host => host.Host)], [.. hosts.SelectMany(host => host.Media)], [.. hosts.SelectMany(host => host.Findings)], problems);
        if (parsed.GetValue(Json)) Console.Out.Write(AuditJson.Write(report));
        else AuditDrawing.Draw(Console.Out, report);
        int exitCode = report.ExitCodeAt(parsed.GetValue(Threshold));
        return exitCode == ExitCode.Residue && parsed.GetValue(ExitZero) ? (problems.Count > 0 ? ExitCode.Inconclusive : ExitCode.Clean) : exitCode;
    }

    private static IEnumerable<HostFacts> Facts(ParseResult parsed, List<AuditProblem> problems)
    {
        string[] files = parsed.GetValue(Files) ?? [];
        if (parsed.GetValue(Root) is { } root)
        {
            if (files.Length > 0) throw new EvidenceException("--root and files cannot be judged together", "give one of them", ExitCode.Usage);
            return [Rooted(root)];
        }

        return files.Length == 0 ? [LiveFacts.Collect(Audits.Wants)] : GivenFiles.Read(files, (name, failure) =>
        {
            Console.Error.WriteLine($"lethe: {Printable.Of(failure.Message)}");
            Console.Error.WriteLine($"  {failure.Hint}");
            problems.Add(new AuditProblem(name, failure.Message));
        });
    }

    private static HostFacts Rooted(string root)
    {
        try
        {
            return LiveFacts.CollectRoot(root, Audits.Wants);
        }
        catch (FactsException failure)
        {
            throw new EvidenceException(failure.Message, failure.Hint, ExitCode.Usage);
        }
    }
}
