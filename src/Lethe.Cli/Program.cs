using System.CommandLine;
using Lethe.Cli.Audit;
using Lethe.Cli.Certificates;
using Lethe.Cli.Prove;
using Lethe.Cli.Run;
using Lethe.Cli.Scan;
using Lethe.Disposal.Launching;
using Lethe.Lab.Guest;
using Lethe.Media.FreeMemory;

namespace Lethe.Cli;

/// <summary>The lethe command.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        // The laboratory's guest starts this same file; every step of start-up counts there.
        switch (arguments)
        {
            case [GuestPaths.KeeperVerb]: return KeeperProcess.Run();
            case [GuestPaths.WorkloadVerb]: return WorkloadProcess.Run();
            case [Launcher.Verb, ..]: return Launcher.Run();
            case [ScrubAfterDeath.Verb]: return ScrubAfterDeath.Serve();
            case [ScrubProcess.Verb, _, _]: return ScrubProcess.Serve(arguments[1..]);
        }

        Console.SetOut(new StandardWriter(StandardStream.Output));
        Console.SetError(new StandardWriter(new StandardStream(2)));
        RunWords words = RunWords.Of(arguments);
        var root = new RootCommand("Ends Linux workloads so that nothing of them can be read afterwards, and proves it.")
        {
            RunCommand.Create(words.Command),
            ProveCommand.Create(),
            ScanCommand.Create(),
            AuditCommand.Create(),
            CertificateCommand.Create(),
        };
        return CommandRunner.Run(root, words.Own);
    }
}
