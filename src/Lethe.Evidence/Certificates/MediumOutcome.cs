namespace Lethe.Evidence.Certificates;

/// <summary>What was done about one medium, and what came of it.</summary>
/// <param name="Medium">The medium's name.</param>
/// <param name="Seal">What kept the workload's data out of it, or null.</param>
/// <param name="PurgeMethod">How it was cleared.</param>
/// <param name="Bytes">Bytes cleared.</param>
/// <param name="Verification">How it was looked at afterwards, or the fact it rests on; null when it was not.</param>
/// <param name="Verdict">What that came to.</param>
/// <param name="Reason">Why, for a verdict other than clean.</param>
public sealed record MediumOutcome(
    string Medium, string? Seal, PurgeMethod PurgeMethod, long Bytes, string? Verification, Verdict Verdict, string? Reason)
{
    /// <summary>The most bytes that can be left, for a verdict of <see cref="Verdict.Bounded"/>; null for all others.</summary>
    public long? MostBytesLeft { get; init; }
}
