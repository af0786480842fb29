namespace Lethe.Disposal.Tracing;

/// <summary>A thread or process of the workload.</summary>
internal sealed class TracedTask(int id)
{
    /// <summary>Its number.</summary>
    public int Id { get; set; } = id;

    /// <summary>Its process.</summary>
    public int Process { get; set; } = id;

    /// <summary>The memory it uses; null until it is known whose child it is.</summary>
    public AddressSpace? Space { get; set; }

    /// <summary>Whether it waits in its first stop until that is known.</summary>
    public bool Waiting { get; set; }

    /// <summary>Whether it has reached its exit.</summary>
    public bool Exiting { get; set; }

    /// <summary>The memory it is about to leave by execve.</summary>
    public ITracedMemory? Leaving { get; set; }
}
