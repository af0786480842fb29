using System.Text;

namespace Lethe.Evidence.Certificates;

/// <summary>What the ledger knows of one workload.</summary>
/// <param name="Begun">How it began; null when only its end is there.</param>
/// <param name="Envelope">Its signed certificate; null when it has none.</param>
/// <param name="Certificate">What that says; null when it has none.</param>
internal sealed record LedgerEntry(BegunWorkload? Begun, Envelope? Envelope, EndCertificate? Certificate)
{
    /// <summary>The certificate's name.</summary>
    public string Id => Certificate?.Id ?? Begun!.Id;

    /// <summary>
    /// Brings beginnings and ends together, in the order they began. Records that cannot be read are left to verification.
    /// </summary>
    public static IReadOnlyList<LedgerEntry> Of(IEnumerable<LedgerRecord> records)
    {
        var order = new List<string>();
        var entries = new Dictionary<string, LedgerEntry>();
        foreach (LedgerRecord record in records)
        {
            if (!entries.ContainsKey(record.Id)) order.Add(record.Id);
            LedgerEntry known = entries.GetValueOrDefault(record.Id) ?? new LedgerEntry(null, null, null);
            entries[record.Id] = With(known, record);
        }

        return [.. order.Select(id => entries[id]).Where(entry => entry.Begun is not null || entry.Certificate is not null)];
    }

    private static LedgerEntry With(LedgerEntry known, LedgerRecord record)
    {
        byte[] content = Encoding.UTF8.GetBytes(record.Content);
        try
        {
            if (record.Kind == LedgerRecord.Begun) return known with { Begun = CertificateJson.ReadBegun(content) };
            Envelope envelope = Certificates.Envelope.Parse(content);
            return known with { Envelope = envelope, Certificate = envelope.ReadStatement().Predicate };
        }
        catch (MalformedEvidenceException)
        {
            return known;
        }
    }
}
