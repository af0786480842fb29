using System.Text.Json.Serialization;

namespace Lethe.Evidence;

/// <summary>
/// What a check came to. What could not be checked is never clean. docs/verdicts.md says the same to users, with the exit codes
/// (<see cref="ExitCodes.ExitCodePolicy.OfVerdict"/>).
/// </summary>
public enum Verdict
{
    /// <summary>
    /// Nothing is left. It rests on something that this very run looked at, or on a fact of this kernel that is in effect and named.
    /// </summary>
    [JsonStringEnumMemberName("clean")]
    Clean,

    /// <summary>Something is left, and was found.</summary>
    [JsonStringEnumMemberName("residue")]
    Residue,

    /// <summary>Nobody looked, or the look is void.</summary>
    [JsonStringEnumMemberName("inconclusive")]
    Inconclusive,

    /// <summary>This kernel or machine cannot do it.</summary>
    [JsonStringEnumMemberName("unsupported")]
    Unsupported,

    /// <summary>
    /// This run did not look. A route of <c>lethe prove</c>, which is named, shows on such a kernel that nothing is left.
    /// </summary>
    [JsonStringEnumMemberName("proved-elsewhere")]
    ProvedElsewhere,

    /// <summary>Something may be left, and not more than a number of bytes that is named.</summary>
    [JsonStringEnumMemberName("bounded")]
    Bounded,
}

/// <summary>Questions that are asked of verdicts in more than one place.</summary>
internal static class VerdictExtensions
{
    /// <summary>Whether a medium stays open: something was found, or it is not known that nothing is left.</summary>
    public static bool IsOpen(this Verdict verdict) => verdict is Verdict.Residue or Verdict.Inconclusive or Verdict.Unsupported;

    /// <summary>As documents and tables write it, for example <c>proved-elsewhere</c>.</summary>
    public static string Word(this Verdict verdict) => verdict switch
    {
        Verdict.Clean => "clean",
        Verdict.Residue => "residue",
        Verdict.Inconclusive => "inconclusive",
        Verdict.Unsupported => "unsupported",
        Verdict.ProvedElsewhere => "proved-elsewhere",
        Verdict.Bounded => "bounded",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such verdict"),
    };
}
