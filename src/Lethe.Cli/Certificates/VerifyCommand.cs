using System.CommandLine;
using Lethe.Evidence.Certificates;
using Lethe.Evidence.ExitCodes;
using Lethe.Evidence;

namespace Lethe.Cli.Certificates;

/// <summary><c>lethe certificate verify</c>.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "Envelopes or ledgers. [default: the ledger]",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<string?> Ledger = CertificateCommand.LedgerOption();
    private static readonly Option<bool> Json = CertificateCommand.JsonOption();

    private static readonly Option<string[]> Keys = new("--public-key")
    {
        Description = "A key that may have signed. Repeatable. [default: this machine's]", HelpName = "PEM",
    };

    private static readonly Option<string?> ExpectedHead = new("--expect-head")
    {
        Description = "A head that was noted elsewhere: without it, records removed from a ledger's end cannot be noticed.",
        HelpName = "HASH",
    };

    public static Command Create()
    {
        var command = new Command("verify", "Verifies certificates or whole ledgers, this machine's or another's.")
        {
            Files,
            Ledger,
            Keys,
            ExpectedHead,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        PublicKey[] keys = [.. KeyPaths(parsed.GetValue(Keys) ?? []).Select(PublicKey.Load)];
        string[] files = parsed.GetValue(Files) ?? [];
        if (files.Length == 0 || parsed.GetValue(Ledger) is not null) files = [.. files, parsed.GetValue(Ledger) ?? StateDirectory.Ledger];
        FileReport[] reports = [.. files.Select(file => FileVerification.Verify(file, keys, parsed.GetValue(ExpectedHead)))];
        var report = new VerifyReport(
            "lethe.certificate-verify/1",
            reports.All(file => file.Intact),
            [.. keys.Select(key => key.Id)],
            reports
        );
        if (parsed.GetValue(Json)) Console.Out.Write(CertificateReports.Verify(report));
        else Draw(report);
        return ExitCodePolicy.OfVerification(report.Intact, onlyOtherKeys: reports.All(file => file.Intact || file.OnlyOtherKeys));
    }

    private static string[] KeyPaths(string[] given)
    {
        if (given.Length > 0) return given;
        string own = SigningKey.PublicPathOf(StateDirectory.SigningKey);
        return File.Exists(own)
            ? [own]
            : throw new EvidenceException(
                "which key may have signed is not known: this machine has none yet",
                "give --public-key",
                ExitCode.Usage
            );
    }

    private static void Draw(VerifyReport report)
    {
        foreach (FileReport file in report.Files)
        {
            string what =
                file.Kind == "ledger" ? $"{file.Records} records, {file.Certificates} certificates, head {file.Head}" : "certificate";
            Console.Out.WriteLine(
                $"{Printable.Of(file.File)}: {(file.Intact ? "intact" : file.OnlyOtherKeys ? "NOT VERIFIED" : "TAMPERED")}: {what}"
            );
            foreach (LedgerProblem problem in file.Problems)
                Console.Out.WriteLine(problem.Sequence > 0 ? $"  record {problem.Sequence}: {problem.Problem}" : $"  {problem.Problem}");
        }

        foreach (string key in report.Keys) Console.Out.WriteLine($"key {key}");
    }
}
