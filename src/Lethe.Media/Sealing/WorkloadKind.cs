namespace Lethe.Media.Sealing;

/// <summary>What kind of workload is to be sealed. A seal plans for each as that kind can be reached.</summary>
public enum WorkloadKind
{
    /// <summary>A process and all that come of it, started and traced by lethe.</summary>
    ProcessTree,
}
