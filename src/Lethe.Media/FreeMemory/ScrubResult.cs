using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lethe.Media.FreeMemory;

/// <summary>Why a scrub ended.</summary>
public enum ScrubEnd
{
    /// <summary>Every step did what it could.</summary>
    Complete,

    /// <summary>Other programs took so much memory meanwhile that a step stopped early.</summary>
    MemoryPressure,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>Its process ended before it was done, for example because the kernel needed the memory.</summary>
    ProcessEnded,
}

/// <summary>One step of a scrub.</summary>
/// <param name="Name">What it cleared.</param>
/// <param name="Bytes">How much it held at once, in bytes; for shrinking, the number of caches.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record ScrubStep(string Name, long Bytes, long Milliseconds);

/// <summary>What a scrub of free memory did. Sizes in bytes.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Free">Free memory at the beginning of the last step that takes user pages.</param>
/// <param name="Covered">How much of it was held at once, zeroed.</param>
/// <param name="Milliseconds">How long all of it took.</param>
/// <param name="Steps">The steps, in order.</param>
/// <param name="Missing">What could not be done, in words; empty for root on an ordinary kernel.</param>
public sealed record ScrubResult(
    ScrubEnd End, long Free, long Covered, long Milliseconds, IReadOnlyList<ScrubStep> Steps, IReadOnlyList<string> Missing)
{
    /// <summary>One line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, ScrubJsonContext.Default.ScrubResult);

    /// <summary>Reads such a line.</summary>
    /// <returns>Null when it is none.</returns>
    public static ScrubResult? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ScrubJsonContext.Default.ScrubResult);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ScrubResult))]
internal sealed partial class ScrubJsonContext : JsonSerializerContext;
