namespace Lethe.Evidence.Certificates;

/// <summary>Judges a ledger's records: their order, their hashes, their signatures, and that they belong together.</summary>
/// <param name="keys">Keys that may have signed; without any, signatures are not checked.</param>
public sealed class LedgerVerifier(IReadOnlyList<PublicKey> keys)
{
    private const int MostProblems = 100;
    private readonly List<LedgerProblem> problems = [];
    private readonly List<LedgerProblem> otherKeys = [];
    private readonly Dictionary<string, string> open = [];
    private readonly HashSet<string> begunEver = [];
    private string previous = LedgerRecord.NoHash;
    private long expected = 1, count, certificates;
    private bool headSeen;

    /// <summary>Goes through all records.</summary>
    /// <param name="records">The records, in the order they are stored.</param>
    /// <param name="keys">Keys that may have signed; without any, signatures are not checked.</param>
    /// <param name="expectedHead">A hash that was noted earlier and must still occur, or null.</param>
    public static LedgerCheck Verify(IEnumerable<LedgerRecord> records, IReadOnlyList<PublicKey> keys, string? expectedHead = null)
    {
        var verifier = new LedgerVerifier(keys);
        foreach (LedgerRecord record in records) verifier.Take(record, expectedHead);
        return verifier.Result(expectedHead);
    }

    private void Take(LedgerRecord record, string? expectedHead)
    {
        count++;
        if (record.Sequence != expected) Report(record, $"record {expected} is expected here: records are missing or in another order");
        if (record.HashAfter(previous) != record.Hash) Report(record, "its hash does not fit: it was changed, or what stood before it was");
        expected = record.Sequence + 1;
        try
        {
            if (record.Kind == LedgerRecord.Begun) TakeBegun(record);
            else if (record.Kind == LedgerRecord.Ended) TakeEnded(record);
            else Report(record, "its kind is unknown");
        }
        catch (MalformedEvidenceException failure)
        {
            Report(record, failure.Message);
        }

        previous = record.Hash;
        headSeen |= expectedHead is not null && string.Equals(expectedHead, record.Hash, StringComparison.OrdinalIgnoreCase);
    }

    private void TakeBegun(LedgerRecord record)
    {
        BegunWorkload begun = CertificateJson.ReadBegun(System.Text.Encoding.UTF8.GetBytes(record.Content));
        if (begun.Id != record.Id) Report(record, "it names another certificate than its content");
        if (!begunEver.Add(begun.Id)) Report(record, "this certificate began before");
        open[begun.Id] = begun.Workload.ArgvSha256;
    }

    private void TakeEnded(LedgerRecord record)
    {
        certificates++;
        Envelope envelope = Envelope.Parse(System.Text.Encoding.UTF8.GetBytes(record.Content));
        if (keys.Count > 0 && LedgerProblem.OfSignatures(envelope, keys, record.Sequence) is { } problem) Report(problem);
        EndCertificate certificate = envelope.ReadStatement().Predicate;
        if (certificate.Id != record.Id) Report(record, "it names another certificate than its content");
        if (certificate.Ledger != new LedgerPosition(record.Sequence, previous)) Report(record, "it was signed for another place");
        if (!open.Remove(record.Id, out string? argvSha256)) Report(record, "it ends what did not begin, or has ended before");
        else if (argvSha256 != certificate.Workload.ArgvSha256) Report(record, "it ends another command than began");
    }

    private LedgerCheck Result(string? expectedHead)
    {
        if (expectedHead is not null && !headSeen && !IsEmptyHead(expectedHead))
            problems.Add(
                new LedgerProblem(
                    0,
                    $"no record has the expected head {Printable.Of(expectedHead)}: records were removed from the end, or it is another "
                        + "ledger"
                )
            );
        return new LedgerCheck(count, certificates, previous, keys.Count > 0, [.. problems, .. otherKeys]);
    }

    private static bool IsEmptyHead(string head) => head == LedgerRecord.NoHash;

    private void Report(LedgerRecord record, string problem) => Report(new LedgerProblem(record.Sequence, problem));

    // Each kind has its own room: many of one must not crowd out the other.
    private void Report(LedgerProblem problem)
    {
        List<LedgerProblem> list = problem.OtherKey ? otherKeys : problems;
        if (list.Count < MostProblems) list.Add(problem);
    }
}
