namespace Lethe.Media.Sealing;

/// <summary>The kind of workload to seal. Seals plan differently for each.</summary>
public enum WorkloadKind
{
    /// <summary>A process and all its descendants, started and traced by lethe.</summary>
    ProcessTree,
}
