using System.CommandLine;
using Lethe.Disposal;
using Lethe.Disposal.Planning;
using Lethe.Disposal.Workloads;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Evidence.ExitCodes;
using Lethe.Linux;

namespace Lethe.Cli.Run;

/// <summary><c>lethe run</c>.</summary>
internal static class RunCommand
{
    private const int LeastOpenFiles = 1024;

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show what would be done, and do nothing." };

    private static readonly Option<bool> RequireClean = new("--require-clean")
    {
        Description = "Return 3 when a medium stays open or bounded, also one that the plan names.",
    };

    private static readonly Option<bool> Quiet = new("--quiet") { Description = "Say nothing when everything went as planned." };

    private static readonly Option<string[]> Report = new("--report")
    {
        Description = "Write the certificate's content as .json. Repeatable.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> NoCertificate = new("--no-certificate") { Description = "Keep no record of this run." };

    private static readonly Option<bool> RecordCommand = new("--record-command")
    {
        Description = "Put the command line into the certificate, not only its hash.",
    };

    private static readonly Option<string?> LedgerFile = new("--ledger") { Description = "The ledger to record it in.", HelpName = "FILE" };

    private static readonly Option<string?> Key = new("--key") { Description = "The key to sign with.", HelpName = "FILE" };

    private static readonly Argument<string[]> CommandLine = new("COMMAND")
    {
        Description = "What to run, after --.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Describes it.</summary>
    /// <param name="words">The command to run; null when it was not given.</param>
    public static System.CommandLine.Command Create(string[]? words)
    {
        var command = new System.CommandLine.Command(
            "run",
            "Runs a command, and nothing of it remains: sealed, wiped at its end, verified, certified."
        )
        {
            CommandLine,
        };
        foreach (
            Option option in RunOptions.All.Concat([DryRun, RequireClean, Quiet, Report, NoCertificate, RecordCommand, LedgerFile, Key])
        )
            command.Options.Add(option);
        command.SetAction(parsed => Run(parsed, Checked(words, parsed)));
        return command;
    }

    // The parser only sees what stands before --.
    private static string[] Checked(string[]? words, ParseResult parsed)
    {
        string[] stray = parsed.GetValue(CommandLine) ?? [];
        if (stray.Length > 0)
            throw new WorkloadException(
                "the command has to follow --",
                $"write lethe run [options] -- {Printable.Of(stray[0])} ...",
                ExitCode.Usage
            );
        return words is { Length: > 0 }
            ? words
            : throw new WorkloadException("the command is missing", "write lethe run [options] -- COMMAND", ExitCode.Usage);
    }

    private static int Run(ParseResult parsed, string[] words)
    {
        // Its own descriptors lie above those that the command inherits, and each object of the workload is kept by one.
        if (TaskCalls.MostOpenFiles() is < LeastOpenFiles and var files)
            throw new WorkloadException(
                $"only {files} files may be open here, and lethe needs {LeastOpenFiles}",
                $"ulimit -n {LeastOpenFiles}",
                ExitCode.Configuration
            );
        bool dry = parsed.GetValue(DryRun);
        ReportFiles<EndCertificate> reports = RunReports.Check(parsed.GetValue(Report) ?? [], tryWriting: !dry);
        ProcessTree command = ProcessTree.AtEndOfOwnArguments(
            words,
            parsed.GetValue(RecordCommand),
            hashes: !parsed.GetValue(NoCertificate)
        );
        DisposalPlan plan = DisposalPlan.Of(command.Kind, RunOptions.Of(parsed));
        if (RunText.HiddenDirectory(plan.Conditions.Options) is { } hidden)
        {
            Notice.Write($"{hidden} is private to the command, which keeps the outside one as its current directory: "
                + "what it writes there by relative names stays");
        }

        if (dry)
        {
            RunText.DrawPlan(Console.Out, [.. plan.Seals.Select(line => (line.Seal.Medium.Title, line.Plan))]);
            Notice.Write("nothing was tried: what the kernel refuses of it is known when it is run, before the command starts");
            return ExitCode.Clean;
        }

        using DisposalRecord record = parsed.GetValue(NoCertificate)
            ? DisposalRecord.None()
            : DisposalRecord.Begin(parsed.GetValue(LedgerFile), parsed.GetValue(Key), command);
        var session = new DisposalSession(command, plan, record, Notice.Write);
        using var signals = new SignalForwarding(session);
        DisposalOutcome outcome = session.Run();
        bool kept = RunReports.Write(outcome.Certificate, reports, Notice.Write) && outcome.Recorded;
        if (!parsed.GetValue(Quiet) || outcome.Certificate.Worst() == Verdict.Residue || outcome.Unplanned.Count > 0)
            RunText.DrawEnd(Console.Error, outcome.Certificate, outcome.Recorded ? record.Where : null);
        return ExitCodePolicy.OfRun(outcome.Certificate, outcome.Unplanned, parsed.GetValue(RequireClean), kept);
    }
}
