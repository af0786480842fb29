using Lethe.Cli.Certificates;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Cli.Run;

/// <summary>What a run says about itself.</summary>
internal static class RunText
{
    /// <summary>Draws what would be done, medium by medium.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="plans">The media's titles, and what is planned for each.</param>
    public static void DrawPlan(TextWriter output, IReadOnlyCollection<(string Medium, SealPlan Plan)> plans)
    {
        int width = plans.Max(line => line.Medium.Length);
        string indent = new(' ', width);
        foreach ((string medium, SealPlan planned) in plans)
        {
            output.WriteLine($"{medium.PadRight(width)}  {Printable.Of(planned.How ?? "not sealed")}");
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
            return new[] { "/tmp", "/dev/shm", "/run/user" }
                .Concat(options.VolatileDirectories)
                .FirstOrDefault(place => current == place || current.StartsWith(place + "/", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            // It was removed; the command will be there all the same.
            return null;
        }
    }

    /// <summary>Draws how it ended.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="certificate">What came of it.</param>
    /// <param name="ledger">The ledger it is in; null for none.</param>
    public static void DrawEnd(TextWriter output, EndCertificate certificate, string? ledger)
    {
        MediumOutcome[] others =
            [.. certificate.Media.Where(outcome => outcome.Verdict is not (Verdict.Clean or Verdict.ProvedElsewhere))];
        string ended = EntryText.How(certificate.Signal, certificate.ExitCode, certificate.OutOfMemoryKills);
        output.WriteLine(
            $"lethe: ended ({ended}); {ByteSize.Format(certificate.WipedBytes)} wiped in {certificate.WipeMs} ms; "
                + $"{EntryText.Media(certificate.Media)}{(others.Length == 0 ? "" : ":")}"
        );
        foreach (MediumOutcome outcome in others)
        {
            string word = outcome.Verdict switch
            {
                Verdict.Residue => " RESIDUE:",
                Verdict.Bounded => " bounded:",
                _ => "",
            };
            output.WriteLine($"lethe:   {outcome.Medium}:{word} {Printable.Of(outcome.Reason ?? "")}");
        }
        if (ledger is not null) output.WriteLine($"lethe: certificate {certificate.Id} in {Printable.Of(ledger)}");
    }
}
