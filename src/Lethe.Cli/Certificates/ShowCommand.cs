using System.CommandLine;
using System.Text;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Cli.Certificates;

/// <summary><c>lethe certificate show</c>.</summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Id = new("ID") { Description = "The certificate's name, or enough of its beginning." };
    private static readonly Option<string?> Ledger = CertificateCommand.LedgerOption();
    private static readonly Option<bool> Json = CertificateCommand.JsonOption();
    private static readonly Option<bool> AsEnvelope = new("--envelope")
    {
        Description = "Print the signed envelope, to verify it elsewhere.",
    };

    public static Command Create()
    {
        var command = new Command("show", "Shows one certificate. It does not verify it.") { Id, Ledger, AsEnvelope, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        LedgerEntry entry = Find(CertificateCommand.Entries(parsed.GetValue(Ledger)), parsed.GetValue(Id)!);
        if (parsed.GetValue(AsEnvelope))
        {
            if (entry.Envelope is null)
                throw new EvidenceException(
                    $"{entry.Id} has no certificate: {EntryText.Describe(entry)}",
                    "see lethe certificate list",
                    ExitCode.OperationalError
                );
            Console.Out.WriteLine(Encoding.UTF8.GetString(entry.Envelope.ToJson()));
        }
        else if (parsed.GetValue(Json))
        {
            Console.Out.Write(CertificateReports.Show(entry));
        }
        else
        {
            CertificateText.Draw(Console.Out, entry);
        }

        return ExitCode.Clean;
    }

    private static LedgerEntry Find(IReadOnlyList<LedgerEntry> entries, string id)
    {
        LedgerEntry[] found = [.. entries.Where(entry => entry.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase))];
        return found switch
        {
            [{ } only] when id.Length > 0 => only,
            [] => throw new EvidenceException($"there is no certificate '{id}'", "see lethe certificate list", ExitCode.Usage),
            _ => throw new EvidenceException($"'{id}' is the beginning of {found.Length} certificates", "give more of it", ExitCode.Usage),
        };
    }
}
