using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Judges places where an anchor of one family of secrets was found.</summary>
internal interface ISecretFamily
{
    /// <summary>The patterns it can find.</summary>
    IReadOnlyList<Pattern> Patterns { get; }

    /// <summary>The fixed bytes to look for. Each has four bytes in a row that begin with a byte other than zero.</summary>
    IReadOnlyList<byte[]> Anchors { get; }

    /// <summary>Whether its secrets are text, which memory may also hold as UTF-16.</summary>
    bool IsText { get; }

    /// <summary>Examines the bytes around an anchor.</summary>
    /// <param name="window">All bytes that can be seen.</param>
    /// <param name="at">Position in the window where the anchor begins.</param>
    /// <param name="anchor">Index in <see cref="Anchors"/>.</param>
    /// <param name="sink">Receives what is found.</param>
    void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink);
}
