namespace Lethe.Evidence.Proof;

/// <summary>Where a route's time went, in milliseconds.</summary>
/// <param name="ResumeMs">Copying the frozen machine and starting the emulator.</param>
/// <param name="PlantMs">Preparing and planting, in the guest.</param>
/// <param name="EndMs">The end, in the guest.</param>
/// <param name="SearchMs">Searching memory and storage, all looks together.</param>
/// <param name="Looks">How often it looked.</param>
public sealed record RouteTimings(long ResumeMs, long PlantMs, long EndMs, long SearchMs, int Looks);
