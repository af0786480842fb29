using System.CommandLine;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Cli.Certificates;

/// <summary><c>lethe certificate list</c>.</summary>
internal static class ListCommand
{
    private static readonly Option<string?> Ledger = CertificateCommand.LedgerOption();
    private static readonly Option<bool> Json = CertificateCommand.JsonOption();

    public static Command Create()
    {
        var command = new Command("list", "Lists workloads, also those that nobody ended, and the ledger's head.") { Ledger, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? ledger = parsed.GetValue(Ledger);
        IReadOnlyList<LedgerEntry> entries = CertificateCommand.Entries(ledger);
        LedgerCheck? check = Check(ledger);
        if (parsed.GetValue(Json)) Console.Out.Write(CertificateReports.List(entries, check));
        else Draw(entries, check);
        if (check is null or { IsIntact: true }) return ExitCode.Clean;
        throw new EvidenceException(
            $"this ledger was tampered with: record {check.Problems[0].Sequence}: {check.Problems[0].Problem}",
            "lethe certificate verify says all",
            ExitCode.Residue
        );
    }

    // Only the chain: whose signatures they are is what verify tells.
    private static LedgerCheck? Check(string? ledger)
    {
        string path = ledger ?? StateDirectory.Ledger;
        if (!File.Exists(path)) return null;
        using LedgerReader reader = LedgerReader.Open(path);
        return LedgerVerifier.Verify(reader.Records(), []);
    }

    private static void Draw(IReadOnlyList<LedgerEntry> entries, LedgerCheck? check)
    {
        foreach (LedgerEntry entry in entries)
        {
            Workload workload = entry.Certificate?.Workload ?? entry.Begun!.Workload;
            DateTimeOffset began = entry.Certificate?.Began ?? entry.Begun!.Began;
            Console.Out.WriteLine(
                $"{Printable.Of(entry.Id)}  {EntryText.Moment(began)}  {EntryText.Describe(entry)}  ({EntryText.Command(workload)})"
            );
        }

        Console.Out.WriteLine(check is null ? "no workload was run yet" : $"head {check.Head} after {check.Records} records");
    }
}
