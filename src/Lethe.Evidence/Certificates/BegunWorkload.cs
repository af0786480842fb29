namespace Lethe.Evidence.Certificates;

/// <summary>What the ledger says before a workload starts, so that one that nobody ended is named later.</summary>
/// <param name="Id">The name its certificate will have.</param>
/// <param name="Began">When, UTC.</param>
/// <param name="Workload">What is about to be run.</param>
/// <param name="Lethe">The lethe process that is to end it.</param>
public sealed record BegunWorkload(string Id, DateTimeOffset Began, Workload Workload, ProcessIdentity Lethe);
