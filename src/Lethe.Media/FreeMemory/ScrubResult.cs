using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lethe.Media.FreeMemory;

/// <summary>Why a scrub ended.</summary>
public enum ScrubEnd
{
    /// <summary>Every step ran to its end.</summary>
    Complete,

    /// <summary>Other programs took so much memory meanwhile that a step stopped early.</summary>
    MemoryPressure,

    /// <summary>The scrub was cancelled.</summary>
    Cancelled,

    /// <summary>The scrub's process ended too early, for example because the kernel needed the memory.</summary>
    ProcessEnded,
}

/// <summary>One step of a scrub.</summary>
/// <param name="Name">What it cleared: <c>names</c>, <c>objects</c>, <c>page tables</c>, <c>user pages</c>, or <c>shrink</c>.</param>
/// <param name="Bytes">How much it held at once, in bytes; for shrinking, the number of caches.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record ScrubStep(string Name, long Bytes, long Milliseconds);

/// <summary>What a scrub of free memory did. Sizes in bytes.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Free">Free memory at the beginning of the last step that takes user pages.</param>
/// <param name="Covered">How much of that was held at once, zeroed.</param>
/// <param name="Milliseconds">How long the whole scrub took.</param>
/// <param name="Steps">The steps, in order.</param>
/// <param name="Missing">What could not be done, in words; empty for root on an ordinary kernel.</param>
public sealed record ScrubResult(
    ScrubEnd End, long Free, long Covered, long Milliseconds, IReadOnlyList<ScrubStep> Steps, IReadOnlyList<string> Missing)
{
    /// <summary>The result as one line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, ScrubJsonContext.Default.ScrubResult);

    /// <summary>Reads a line of <see cref="ToLine"/>.</summary>
    /// <returns>Null when it is not such a line.</returns>
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
