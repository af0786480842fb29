using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Judges places at which an anchor of one family of secrets lies.</summary>
internal interface ISecretFamily
{
    /// <summary>What it can find.</summary>
    IReadOnlyList<Pattern> Patterns { get; }

    /// <summary>The fixed bytes to look for, four at least each, of which some four in a row do not begin with zero.</summary>
    IReadOnlyList<byte[]> Anchors { get; }

    /// <summary>Whether its secrets are text, which memory may also hold as UTF-16.</summary>
    bool IsText { get; }

    /// <summary>Looks around an anchor.</summary>
    /// <param name="window">All there is to see.</param>
    /// <param name="at">Where the anchor begins.</param>
    /// <param name="anchor">Which of <see cref="Anchors"/>.</param>
    /// <param name="sink">Takes what is found.</param>
    void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink);
}
