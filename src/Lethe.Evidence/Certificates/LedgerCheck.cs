namespace Lethe.Evidence.Certificates;

/// <summary>Something wrong in a ledger.</summary>
/// <param name="Sequence">The record's number; 0 for the whole.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="OtherKey">Whether it only is that a signature says it is by a key that was not given: nothing is known about it.</param>
public sealed record LedgerProblem(long Sequence, string Problem, bool OtherKey = false)
{
    /// <summary>The problem of an envelope that none of the given keys signed; null when one did.</summary>
    /// <exception cref="MalformedEvidenceException">Payload or signature is not base64.</exception>
    public static LedgerProblem? OfSignatures(Envelope envelope, IReadOnlyList<PublicKey> keys, long sequence)
    {
        if (envelope.SignerAmong(keys) is not null) return null;
        // Whoever changes a record can change the name of its key too: so another key is never more than undecided.
        return envelope.Signatures.Any(signature => keys.Any(key => key.Id == signature.Keyid))
            ? new LedgerProblem(sequence, "it says it is signed with a given key, and its signature is not that key's")
            : new LedgerProblem(
                sequence,
                $"signed with another key (fingerprint {Printable.Of(envelope.ClaimedKeys)}): give its public half to verify it",
                OtherKey: true
            );
    }
}

/// <summary>What verifying a ledger came to.</summary>
/// <param name="Records">How many records it has.</param>
/// <param name="Certificates">How many of them are certificates.</param>
/// <param name="Head">The last record's hash: whoever notes it can tell later whether records were taken off the end.</param>
/// <param name="SignaturesChecked">Whether signatures were checked, not only the chain.</param>
/// <param name="Problems">What is wrong, the first few of it.</param>
public sealed record LedgerCheck(
    long Records,
    long Certificates,
    string Head,
    bool SignaturesChecked,
    IReadOnlyList<LedgerProblem> Problems
)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsIntact => Problems.Count == 0;

    /// <summary>Whether something was changed, which no missing key explains.</summary>
    public bool IsTampered => Problems.Any(problem => !problem.OtherKey);
}
