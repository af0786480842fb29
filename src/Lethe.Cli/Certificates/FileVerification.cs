using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Cli.Certificates;

/// <summary>Verifies one file, whatever it is: a ledger or a single envelope.</summary>
internal static class FileVerification
{
    private const long LongestEnvelope = 4 << 20;

    /// <summary>Verifies it.</summary>
    /// <exception cref="EvidenceException">It is not there.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileReport Verify(string path, IReadOnlyList<PublicKey> keys, string? expectedHead)
    {
        if (!File.Exists(path))
            throw new EvidenceException(
                $"there is no file {path}",
                "give an envelope (lethe certificate show ID --envelope) or a ledger",
                ExitCode.OperationalError
            );
        return LedgerReader.IsLedger(path) ? Ledger(path, keys, expectedHead) : Envelope(path, keys);
    }

    private static FileReport Ledger(string path, IReadOnlyList<PublicKey> keys, string? expectedHead)
    {
        using LedgerReader reader = LedgerReader.Open(path);
        LedgerCheck check = LedgerVerifier.Verify(reader.Records(), keys, expectedHead);
        return new FileReport(path, "ledger", check.IsIntact, check.Records, check.Certificates, Printable.Of(check.Head), check.Problems);
    }

    private static FileReport Envelope(string path, IReadOnlyList<PublicKey> keys)
    {
        LedgerProblem? problem = ProblemOf(path, keys);
        return new FileReport(path, "envelope", problem is null, 0, problem is null ? 1 : 0, null, problem is null ? [] : [problem]);
    }

    private static LedgerProblem? ProblemOf(string path, IReadOnlyList<PublicKey> keys)
    {
        try
        {
            if (new FileInfo(path).Length > LongestEnvelope) return new LedgerProblem(0, "it is too long for an envelope");
            Envelope envelope = Evidence.Certificates.Envelope.Parse(File.ReadAllBytes(path));
            envelope.ReadStatement();
            return LedgerProblem.OfSignatures(envelope, keys, 0);
        }
        catch (MalformedEvidenceException failure)
        {
            return new LedgerProblem(0, failure.Message);
        }
    }
}
