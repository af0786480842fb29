using System.CommandLine;
using Lethe.Cli.Prove;
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
            case [ScrubProcess.Verb, _, _]: return ScrubProcess.Serve(arguments[1..]);
        }

        var root = new RootCommand("Ends Linux workloads so that nothing of them can be read afterwards, and proves it.")
        {
            ProveCommand.Create(),
        };
        return CommandRunner.Run(root, arguments);
    }
}
