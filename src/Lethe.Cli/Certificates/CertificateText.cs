using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Cli.Certificates;

/// <summary>Draws one certificate. All of it may come from a hostile file, so all of it is escaped.</summary>
internal static class CertificateText
{
    public static void Draw(TextWriter output, LedgerEntry entry)
    {
        output.WriteLine($"certificate {Printable.Of(entry.Id)}");
        Workload workload = entry.Certificate?.Workload ?? entry.Begun!.Workload;
        output.WriteLine($"  workload   {Printable.Of(workload.Kind)}: {EntryText.Command(workload)}");
        output.WriteLine($"  argv       sha256:{Printable.Of(workload.ArgvSha256)}");
        output.WriteLine($"  began      {EntryText.Moment(entry.Certificate?.Began ?? entry.Begun!.Began)}");
        if (entry.Certificate is { } certificate) Draw(output, certificate);
        else output.WriteLine($"  ended      {EntryText.Describe(entry)}");
    }

    private static void Draw(TextWriter output, EndCertificate certificate)
    {
        output.WriteLine($"  ended      {EntryText.Moment(certificate.Ended)}, {EntryText.How(certificate)}");
        output.WriteLine($"  kernel     {Printable.Of(certificate.Host.Kernel)}, {Zeroing(certificate.Host.Effective)}");
        output.WriteLine($"  wiped      {ByteSize.Format(certificate.WipedBytes)} in {certificate.WipeMs} ms");
        if (certificate.Ledger is { } place)
            output.WriteLine($"  ledger     record {place.Sequence}, after {Printable.Of(place.Previous)}");
        foreach (MediumOutcome outcome in certificate.Media)
        {
            string purge =
                outcome.PurgeMethod == PurgeMethod.None ? "" : $"; {PurgeName(outcome.PurgeMethod)} of {ByteSize.Format(outcome.Bytes)}";
            string seal = outcome.Seal is null ? "" : $"; sealed: {Printable.Of(outcome.Seal)}";
            string verified = outcome.Verification is null ? "" : $"; verified: {Printable.Of(outcome.Verification)}";
            string reason = outcome.Reason is null ? "" : $"; {Printable.Of(outcome.Reason)}";
            output.WriteLine($"  {Printable.Of(outcome.Medium)}: {outcome.Verdict.Word()}{seal}{purge}{verified}{reason}");
        }
    }

    private static string PurgeName(PurgeMethod method) => method switch
    {
        PurgeMethod.Overwrite => "overwrite",
        PurgeMethod.CryptographicErase => "cryptographic erase",
        PurgeMethod.Discard => "discard",
        PurgeMethod.ReturnToZeroingAllocator => "return to a zeroing allocator",
        _ => "none",
    };

    private static string Zeroing(EffectiveState? state) => state is null
        ? "zeroing unknown"
        : $"init_on_alloc {OnOff(state.InitOnAlloc)}, init_on_free {OnOff(state.InitOnFree)}, page_poison {OnOff(state.PagePoison)}";

    private static string OnOff(bool on) => on ? "on" : "off";
}
