using Lethe.Evidence.Certificates;

namespace Lethe.Disposal;

/// <summary>How a workload ended, what became of its data, and whether that is on record.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Unplanned">Media that stay open although the plan did not say so.</param>
/// <param name="Recorded">Whether it is in the ledger; true when none was wanted.</param>
public sealed record DisposalOutcome(EndCertificate Certificate, IReadOnlyList<string> Unplanned, bool Recorded);
