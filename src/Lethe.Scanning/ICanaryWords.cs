namespace Lethe.Scanning;

/// <summary>Takes words that may be a canary's.</summary>
internal interface ICanaryWords
{
    /// <summary>Notes a word, if it belongs to the canary.</summary>
    /// <returns>Whether it does.</returns>
    bool Note(ulong word, long offset);
}
