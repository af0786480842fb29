using Lethe.Cli.Certificates;
using Lethe.Disposal.Running;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Cli.Run;

/// <summary>What a run says about itself.</summary>
internal static class RunText
{
    /// <summary>Draws what would be done, medium by medium.</summary>
    public static void DrawPlan(TextWriter output, RunPlan plan)
    {
        int width = plan.Seals.Max(line => line.Seal.Medium.Title.Length);
        string indent = new(' ', width);
        foreach ((ISeal seal, SealPlan planned) in plan.Seals)
        {
            output.WriteLine($"{seal.Medium.Title.PadRight(width)}  {Printable.Of(planned.How ?? "not sealed")}");
            if (planned.Gap is { } gap) output.WriteLine($"{indent}  stays open: {Printable.Of(gap)}");
            foreach (string content in planned.Destroys) output.WriteLine($"{indent}  destroys: {Printable.Of(content)}");
        }
    }

    /// <summary>The private place that the current directory lies in, or null.</summary>
    public static string? HiddenDirectory(SealOptions options)
    {
        try
        {
            string current = Environment.CurrentDirectory;
            return new[] { "/tmp", "/dev/shm", "/run/user" }.Concat(options.VolatileDirectories).FirstOrDefault(place => current == place || current.StartsWith(place + "/", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            // It was removed; the command will be there all the same.
            return null;
        }
    }

    /// <summary>Draws how it ended.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="record">The entry in the ledger; null when it could not be written.</param>
    public static void DrawEnd(TextWriter output, RunResult result, RunRecord? record)
    {
        int clean = result.Media.Count(outcome => outcome.Verdict == Verdict.Clean);
        MediumOutcome[] others = [.. result.Media.Where(outcome => outcome.Verdict != Verdict.Clean)];
        string ended = EntryText.How(result.Signal, result.ExitCode, result.OutOfMemoryKills);
        string open = others.Length == 0 ? "" : $", {others.Length} open:";
        output.WriteLine($"lethe: ended ({ended}); {ByteSize.Format(result.WipedBytes)} wiped in {result.WipeMs} ms; {clean} media clean{open}");
        foreach (MediumOutcome outcome in others)
            output.WriteLine($"lethe:   {outcome.Medium}{(outcome.Verdict == Verdict.Residue ? ": RESIDUE" : "")}: {Printable.Of(outcome.Reason ?? "")}");
        if (record?.Where is { } where) output.WriteLine($"lethe: certificate {record.Id} in {Printable.Of(where)}");
    }

    /// <summary>
    /// The command's own exit code, unless residue was found, or a medium is open that the plan did not name, or none may be,
    /// or a successful end could not be recorded as it was asked for.
    /// </summary>
    public static int ExitCodeOf(RunResult result, Verdict worst, bool requireClean, bool kept) => worst switch
    {
        Verdict.Residue => ExitCode.Residue,
        Verdict.Inconclusive when requireClean || result.Unplanned.Count > 0 => ExitCode.Inconclusive,
        _ when !kept && result.ShellCode == 0 => ExitCode.OperationalError,
        _ => result.ShellCode,
    };
}
