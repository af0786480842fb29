using System.CommandLine;
using Lethe.Cli;
using Lethe.Cli.Audit;
using Lethe.Cli.Certificates;
using Lethe.Cli.Prove;
using Lethe.Cli.Run;
using Lethe.Cli.Scan;
using Lethe.Disposal;
using Lethe.Lab.Guest;

// Before anything else: in the laboratory's guest every step of start-up counts.
if ((Roles.Play(args) ?? GuestRoles.Play(args)) is { } exitCode) return exitCode;

Console.SetOut(new StandardWriter(StandardStream.Output));
Console.SetError(new StandardWriter(new StandardStream(2)));
RunWords words = RunWords.Of(args);
var root = new RootCommand("Ends Linux workloads so that nothing of them can be read afterwards, and proves it.")
{
    RunCommand.Create(words.Command),
    ProveCommand.Create(),
    ScanCommand.Create(),
    AuditCommand.Create(),
    CertificateCommand.Create(),
};
return CommandRunner.Run(root, words.Own);
