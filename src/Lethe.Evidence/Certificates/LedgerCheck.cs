namespace Lethe.Evidence.Certificates;

/// <summary>Something wrong in a ledger.</summary>
/// <param name="Sequence">The record's number; 0 for the whole.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record LedgerProblem(long Sequence, string Problem);

/// <summary>What verifying a ledger came to.</summary>
/// <param name="Records">How many records it has.</param>
/// <param name="Certificates">How many of them are certificates.</param>
/// <param name="Head">The last record's hash: whoever notes it can tell later whether records were taken off the end.</param>
/// <param name="SignaturesChecked">Whether signatures were checked, not only the chain.</param>
/// <param name="Problems">What is wrong, the first few of it.</param>
public sealed record LedgerCheck(long Records, long Certificates, string Head, bool SignaturesChecked, IReadOnlyList<LedgerProblem> Problems)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsIntact => Problems.Count == 0;
}
