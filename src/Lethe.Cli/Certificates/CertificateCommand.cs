using System.CommandLine;
using Lethe.Evidence.Certificates;

namespace Lethe.Cli.Certificates;

/// <summary><c>lethe certificate</c>.</summary>
internal static class CertificateCommand
{
    public static Command Create()
    {
        SqliteLibrary.Register();
        return new Command("certificate", "Shows and verifies the signed records of how workloads ended.")
        {
            ListCommand.Create(), ShowCommand.Create(), VerifyCommand.Create(),
        };
    }

    /// <summary>The option that names a ledger.</summary>
    public static Option<string?> LedgerOption() =>
        new("--ledger") { Description = "The ledger. [default: ledger.sqlite in the state directory]", HelpName = "FILE" };

    /// <summary>The option for JSON.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON." };

    /// <summary>What the ledger knows; nothing when there is none yet in the usual place.</summary>
    public static IReadOnlyList<LedgerEntry> Entries(string? ledger)
    {
        string path = ledger ?? StateDirectory.Ledger;
        if (ledger is null && !File.Exists(path)) return [];
        using LedgerReader reader = LedgerReader.Open(path);
        return LedgerEntry.Of(reader.Records());
    }
}
