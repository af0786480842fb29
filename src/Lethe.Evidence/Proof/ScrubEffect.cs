namespace Lethe.Evidence.Proof;

/// <summary>A scrub of free memory after a route's end.</summary>
/// <param name="BeforeBytes">Bytes of canary found before it.</param>
/// <param name="Result">What the scrub says it did, as JSON.</param>
public sealed record ScrubEffect(long BeforeBytes, string Result);
