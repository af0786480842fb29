using System.Text.Json.Serialization;

namespace Lethe.Evidence.Scan;

/// <summary>A place where something was found.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Part">The file or mapping in it; null where there is none.</param>
/// <param name="Physical">Physical address; null where bytes have none.</param>
/// <param name="Offset">Offset in the source, or in the part where that is a file, in bytes.</param>
/// <param name="Length">Bytes found.</param>
/// <param name="Kind">Kind of the pattern.</param>
/// <param name="Id">Id of the pattern.</param>
/// <param name="PatternOffset">Which byte of the pattern the first one found is.</param>
/// <param name="Whole">Whether all of the pattern was found.</param>
/// <param name="Confidence">0 to 100.</param>
/// <param name="PageState">The page's state, as in <c>lethe.prove/1</c> (<c>free</c>, <c>page-cache</c>...); null when not known.</param>
/// <param name="Owner">Whose the page is; null when not known.</param>
/// <param name="Text">What was found, escaped, when the user asked to see it; else null.</param>
public sealed record ScanHit(
    string Source,
    string? Part,
    [property: JsonConverter(typeof(AddressConverter))] ulong? Physical,
    long Offset,
    long Length,
    string Kind,
    string Id,
    long PatternOffset, bool Whole, int Confidence, string? PageState = null, string? Owner = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null);
