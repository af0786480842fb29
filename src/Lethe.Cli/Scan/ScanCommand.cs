using System.CommandLine;
using System.Diagnostics;
using System.Runtime;
using Lethe.Evidence.ExitCodes;
using Lethe.Evidence.Scan.Html;
using Lethe.Evidence.Scan.Pictures;
using Lethe.Evidence.Scan;
using Lethe.Evidence;
using Lethe.Linux;
using Lethe.Linux.Text;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Reporting;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Cli.Scan;

/// <summary><c>lethe scan</c>.</summary>
internal static class ScanCommand
{
    // Enough for any report; what is beyond is counted.
    private const int MostHits = 100_000;

    private static readonly Argument<string[]> Sources = new("SOURCE")
    {
        Description = "Memory images (raw, ELF, LiME, AVML, kdump, hibernation), swap areas, disks, qcow2, directories, tar, - for "
            + "standard input; raw:FILE reads plain bytes. What lives: pid:N, cgroup:PATH, kcore: (this machine's memory), qmp:SOCKET (a "
            + "QEMU's), pmem:.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> Compare = new("--compare") { Description = "Compare two earlier reports (.json): what went, what "
        + "stayed, what is new." };

    private static readonly Option<bool> Show = new("--show") { Description = "Show what was found, not only where." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of text." };

    private static readonly Dictionary<string, Action<ScanReport, Stream>> Forms = new()
    {
        [".json"] = ScanJson.Write,
        [".html"] = ReportFiles<ScanReport>.Text(ScanHtml.Write),
        [".sarif"] = ScanSarif.Write,
        [".png"] = (report, stream) => stream.Write(PageMapPicture.Png(report)),
    };

    private static readonly Option<string[]> Report = new("--report")
    {
        Description = "Write a report; its extension (.json, .html, .sarif, .png) names the form. Repeatable.",
        HelpName = "FILE",
    };

    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "Threads. [default: processors]",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<bool> ExitZero = new("--exit-zero") { Description = "Return 0 even when something was found." };

    /// <summary>The command.</summary>
    public static System.CommandLine.Command Create()
    {
        var command = new System.CommandLine.Command(
            "scan",
            "Finds residue and secrets in memory images, living memory, swap, disks and files, and says what they lie in."
        )
        {
            Sources,
        };
        foreach (Option option in WantedOptions.All.Concat([Compare, Show, Json, Report, Jobs, ExitZero])) command.Options.Add(option);
        command.SetAction(
            (parsed, cancel) =>
                Task.Run(
                    () =>
                        parsed.GetValue(Compare)
                            ? ComparisonRun.Do(
                                parsed.GetValue(Sources)!,
                                parsed.GetValue(Report) ?? [],
                                parsed.GetValue(Json),
                                parsed.GetValue(ExitZero)
                            )
                            : Run(parsed, cancel),
                    cancel
                )
        );
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        int jobs = parsed.GetValue(Jobs);
        if (jobs is < 1 or > 1024) throw new ScanException($"--jobs {jobs} is not possible", "give 1 or more", ExitCode.Usage);
        ReportFiles<ScanReport> reports = ReportFiles<ScanReport>.Check(
            parsed.GetValue(Report) ?? [],
            Forms,
            ".json, .html, .sarif or .png"
        );
        string[] forms = [.. reports.Paths.Select(Path.GetExtension).OfType<string>()];
        IReadOnlyList<IDetector> detectors = WantedOptions.Detectors(parsed, Notice.Write);
        // What it looks for and what it finds is other people's data: it must not get to swap.
        _ = Scheduling.TryLockMemory();
        if (parsed.GetValue(Sources)!.Any(SourceOpener.IsThisMachinesMemory)) LieStill();
        using var progress = new ScanProgress(new Terminal("auto"));
        var scanner = new Scanner(detectors, new ScanOptions { Jobs = jobs, KeptMatches = MostHits, Progress = progress.Show });
        var reporting = new ScanReporting(DateTimeOffset.UtcNow, LetheVersion.Text, Array.Exists(forms, form => form != ".sarif"))
        {
            Show = parsed.GetValue(Show) ? HitText.Of : (_, _) => null,
        };
        long began = Stopwatch.GetTimestamp();
        SourceException? notPermitted = null;
        int opened = 0;
        foreach (string name in parsed.GetValue(Sources)!)
        {
            if (ScanOne(name, scanner, reporting, progress, cancel) is not { } refusal) opened++;
            else if (refusal.IsPermission) notPermitted = refusal;
        }

        ScanReport report = reporting.Finish((long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        progress.Erase();
        if (forms.Contains(".png") && report.Maps.Count == 0)
            throw new ScanException(
                "there is no picture to draw: no source has page states",
                "a picture needs a memory image of a Linux kernel; use .json or .html",
                ExitCode.Usage
            );
        reports.Write(report);
        if (parsed.GetValue(Json)) ScanJson.Write(report, StandardStream.Output);
        else ScanDrawing.Draw(Console.Out, report);
        return ExitCodePolicy.OfScan(report, residueCounts: !parsed.GetValue(ExitZero), forbidden: opened == 0 && notPermitted is not null);
    }

    private static void LieStill()
    {
        // A page of 4 KiB that is taken from free memory overwrites 4 KiB of residue, a huge one 2 MiB.
        TaskCalls.SetProcessControl(TaskCalls.PR_SET_THP_DISABLE, 1);
        Settle();
        // Nor is the oldest moved while it lasts.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
    }

    // All that lives gets into the oldest generation, one collection for each generation on the way. Younger ones are moved, into pages
    // that were not among its own when those were listed (measured: then it found itself). Compacted, as then the same pages become free
    // each time; else the collector takes fresh ones and gives the others back (measured, for each source: 14 to 27 pages, compacted none).
    private static void Settle()
    {
        for (int generation = 0; generation < GC.MaxGeneration; generation++)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
    }

    // A source that cannot be opened does not keep the others from being read; the report says what is missing.
    private static SourceException? ScanOne(
        string name,
        Scanner scanner,
        ScanReporting reporting,
        ScanProgress progress,
        CancellationToken cancel
    )
    {
        Source source;
        try
        {
            source = SourceOpener.Open(name);
        }
        catch (SourceException failure)
        {
            Notice.Write(failure.Message, failure.Hint);
            reporting.Miss(name, failure.Message);
            return failure;
        }

        using (source)
        {
            progress.Begin(name, source.TotalBytes);
            long began = Stopwatch.GetTimestamp();
            ScanResult result = scanner.Scan(source, cancel);
            long duration = (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            progress.Erase();
            if (source.IsThisMachine)
            {
                using LivePages? living = LiveAttribution.Of(source, result, out string? notLiving);
                reporting.Add(new SourceFindings(source, result, duration, living, ThisKernel(), notLiving));
                // The next source gets the memory that this one took, not further pages that are free.
                Settle();
                return null;
            }

            ImagePages? pages = ImageAttribution.Of(source, result, out string? unknown);
            reporting.Add(new SourceFindings(source, result, duration, pages, pages?.Release, unknown));
            return null;
        }
    }

    private static string ThisKernel() => KernelRelease.OfThisMachine();
}
