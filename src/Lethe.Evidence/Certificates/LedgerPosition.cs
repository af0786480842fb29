namespace Lethe.Evidence.Certificates;

/// <summary>Where in the ledger a certificate stands. It is signed, so everything before it is as well.</summary>
/// <param name="Sequence">The record's number, from 1.</param>
/// <param name="Previous">The hash of the record before it, hexadecimal.</param>
public sealed record LedgerPosition(long Sequence, string Previous);
