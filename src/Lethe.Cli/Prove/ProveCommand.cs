using System.CommandLine;
using Lethe.Evidence.ExitCodes;
using Lethe.Evidence.Proof;
using Lethe.Evidence;
using Lethe.Lab.Guest;
using Lethe.Lab.Kernels;
using Lethe.Lab.Proof;
using Lethe.Lab;
using Lethe.Media.FreeMemory;
using Lethe.Media.Matrix;

namespace Lethe.Cli.Prove;

/// <summary><c>lethe prove</c>.</summary>
internal static class ProveCommand
{
    // A machine that is being awaited needs no processor.
    private static readonly int DefaultJobs = Environment.ProcessorCount + 1;

    private static readonly Option<string[]> Route = new("--route")
    {
        Description = "Only routes whose name matches, for example 'swap/*'. Repeatable.", HelpName = "GLOB",
    };

    private static readonly Option<string[]> Medium = new("--medium")
    {
        Description = "Only routes of this medium. Repeatable.",
        HelpName = "NAME",
    };

    private static readonly Option<string> Kernel = new("--kernel")
    {
        Description = $"A kernel from Debian's archive ({string.Join(", ", DebianKernel.All.Select(kernel => kernel.Name))}) or the path "
            + "of your own.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => DebianKernel.All[0].Name,
    };

    private static readonly Option<string?> Modules = new("--modules")
    {
        Description = "The module directory of your own kernel.",
        HelpName = "DIR",
    };

    private static readonly Option<string[]> Options = new("--options")
    {
        Description = "Kernel command line options to try; \"\" is the kernel's own default. Repeatable.",
        HelpName = "TEXT",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> Protected = new("--protected") { Description = "Try each route under lethe run as well." };

    private static readonly Option<string> ProtectedWith = new("--protected-with")
    {
        Description = "The same, with these options of lethe run.", HelpName = "TEXT", DefaultValueFactory = _ => "--strict",
    };

    private static readonly Option<string> Memory = new("--memory")
    {
        Description = "The machine's memory.",
        HelpName = "SIZE",
        DefaultValueFactory = _ => "512M",
    };

    private static readonly Option<string> Plant = new("--plant")
    {
        Description = "How much canary to plant.",
        HelpName = "SIZE",
        DefaultValueFactory = _ => "8M",
    };

    private static readonly Option<int?> Jobs = new("--jobs")
    {
        Description = "How many machines run at once. [default: one more than processors]", HelpName = "N",
    };

    private static readonly Option<string?> Keep = new("--keep")
    {
        Description = "Keep memory and disks of every route here, as raw files.",
        HelpName = "DIR",
    };

    private static readonly Dictionary<string, Action<ProofReport, Stream>> Forms = new()
    {
        [".json"] = ReportFiles<ProofReport>.Text(ProofJson.Write),
        [".html"] = ReportFiles<ProofReport>.Text(ProofHtml.Write),
    };

    private static readonly Option<string[]> Report = new("--report")
    {
        Description = "Write a report; its extension (.json, .html) names the form. Repeatable.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of the table." };

    private static readonly Option<string?> Scrub = new("--scrub")
    {
        Description = "Scrub the guest's free memory after each end, in this order of steps.",
        HelpName = "STEPS",
        Hidden = true,
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<int> Processors = new("--processors")
    {
        Description = "Processors a machine has.",
        Hidden = true,
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<bool> List = new("--list") { Description = "List the routes and what they do." };

    private static readonly Option<bool> ExitZero = new("--exit-zero") { Description = "Return 0 even when residue was found." };

    private static readonly Option<string> Colour = new("--color")
    {
        Description = "auto, always or never.",
        HelpName = "WHEN",
        DefaultValueFactory = _ => "auto",
    };

    public static Command Create()
    {
        Colour.AcceptOnlyFromAmong("auto", "always", "never");
        var command = new Command("prove", "Boots a real kernel in a virtual machine, plants a canary by every route, ends the workload, "
            + "and shows what survived.")
        {
            Route,
            Medium,
            Kernel,
            Modules,
            Options,
            Protected,
            ProtectedWith,
            Memory,
            Plant,
            Jobs,
            Keep,
            Report,
            Scrub,
            Processors,
            Json,
            List,
            ExitZero,
            Colour,
        };
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        // From here on Ctrl-C cancels, also while things are being prepared.
        await Task.Yield();
        IReadOnlyList<CatalogRoute> routes = RouteSelection.Select(parsed.GetValue(Route) ?? [], parsed.GetValue(Medium) ?? []);
        var console = new Terminal(parsed.GetValue(Colour)!);
        if (parsed.GetValue(List))
        {
            RouteList.Draw(console.Output, routes);
            return ExitCode.Clean;
        }

        ReportFiles<ProofReport> reports = ReportFiles<ProofReport>.Check(parsed.GetValue(Report) ?? [], Forms, ".json or .html");
        ProofLimits limits = ProofLimits.Check(parsed.GetValue(Memory)!, parsed.GetValue(Plant)!, parsed.GetValue(Jobs) ?? DefaultJobs);
        string? runOptions = RunOptions(parsed);
        using var progress = new ProgressLine(console);
        Prerequisites.Ensure(progress.Say);
        var cache = Cache.OfUser();
        ProofRequest request = Request(parsed, routes, limits, runOptions, FindKernel(parsed, cache, progress.Say));
        using var benches = new Benches();
        ProofReport report = await new Prover(request, cache, benches, progress.Show, Look.SearchInPlace).Run(cancel);
        progress.Dispose();

        if (parsed.GetValue(Json)) Console.Out.Write(ProofJson.Write(report));
        else ProofTable.Draw(console.Output, report);
        reports.Write(report);
        return parsed.GetValue(ExitZero) ? ExitCodePolicy.OfProofWithoutResidue(report.Runs) : ExitCodePolicy.OfProof(report.Runs);
    }

    private static ProofRequest Request(
        ParseResult parsed,
        IReadOnlyList<CatalogRoute> routes,
        ProofLimits limits,
        string? runOptions,
        BootableKernel kernel
    ) =>
        new()
    {
        Routes = routes,
        OptionSets = parsed.GetValue(Options) is { Length: > 0 } given ? [.. given.Distinct()] : ["", "init_on_free=1"],
        ProtectedWith = runOptions,
        Kernel = kernel,
        MemoryBytes = limits.Memory,
        PlantBytes = limits.Plant,
        Jobs = limits.Jobs,
        Program = Environment.ProcessPath!,
        Scrub = parsed.GetResult(Scrub) is null ? null : parsed.GetValue(Scrub) ?? FreeMemoryScrub.Recipe,
        Processors = parsed.GetValue(Processors),
        KeepDirectory = parsed.GetValue(Keep),
    };

    private static string? RunOptions(ParseResult parsed)
    {
        bool given = parsed.GetResult(ProtectedWith) is { Implicit: false };
        if (!given && !parsed.GetValue(Protected)) return null;
        string options = parsed.GetValue(ProtectedWith)!;
        return ProtectionOrder.CanCarry(options)
            ? options
            : throw new LabException(
                $"--protected-with {options} cannot be handed to the guest",
                "give plain text without double quotes, up to 1024 letters",
                ExitCode.Usage
            );
    }

    private static BootableKernel FindKernel(ParseResult parsed, Cache cache, Action<string> progress)
    {
        string wanted = parsed.GetValue(Kernel)!;
        string? modules = parsed.GetValue(Modules);
        if (DebianKernel.All.FirstOrDefault(kernel => kernel.Name == wanted) is { } debian) return debian.Fetch(cache, progress);
        if (!File.Exists(wanted))
        {
            throw new LabException(
                $"there is no kernel {wanted}",
                $"use {string.Join(", ", DebianKernel.All.Select(kernel => kernel.Name))}, or the path of a bzImage",
                ExitCode.Usage
            );
        }

        return modules is null
            ? throw new LabException("your own kernel needs its modules", "add --modules /lib/modules/RELEASE", ExitCode.Usage)
            : BootableKernel.Own(wanted, modules);
    }
}
