namespace Lethe.Evidence;

/// <summary>What the kernel says it does about zeroing, in its own boot log; the command line may say otherwise.</summary>
/// <param name="InitOnAlloc">Pages and slab objects are zeroed when they are given out.</param>
/// <param name="InitOnFree">They are zeroed when they are given back.</param>
/// <param name="PagePoison">Free pages are overwritten with a pattern, which switches the other two off.</param>
public sealed record EffectiveState(bool InitOnAlloc, bool InitOnFree, bool PagePoison);
