namespace Lethe.Evidence.Proof;

/// <summary>Writes a proof as one self-contained page.</summary>
public static class ProofHtml
{
    /// <summary>The page.</summary>
    public static string Write(ProofReport report) => "";
}
