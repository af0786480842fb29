namespace Lethe.Media.Sealing;

/// <summary>What becomes of memory files (memfd_create(2)) that the workload makes.</summary>
public enum MemfdPolicy
{
    /// <summary>Lethe makes them and keeps a descriptor of each, so that it can overwrite it last.</summary>
    Keep,

    /// <summary>As if the kernel had none.</summary>
    Deny,

    /// <summary>As outside.</summary>
    Allow,
}
