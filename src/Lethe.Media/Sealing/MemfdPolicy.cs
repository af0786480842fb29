namespace Lethe.Media.Sealing;

/// <summary>What happens when the workload creates a memfd (memfd_create(2)).</summary>
public enum MemfdPolicy
{
    /// <summary>Lethe creates the memfd and keeps a descriptor of it, so that it can overwrite the memfd at the end.</summary>
    Keep,

    /// <summary>The call fails, as if the kernel had no memfds.</summary>
    Deny,

    /// <summary>The kernel creates the memfd, as without lethe.</summary>
    Allow,
}
