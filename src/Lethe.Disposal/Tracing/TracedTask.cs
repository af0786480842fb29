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

    /// <summary>Whether it is inside execve; it may have its new memory already.</summary>
    public bool Executing { get; private set; }

    /// <summary>The memory it is about to leave by execve.</summary>
    public ITracedMemory? Leaving { get; set; }

    /// <summary>Notes that it has entered execve.</summary>
    public void BeginToExecute()
    {
        if (!Executing) Space!.Executing++;
        Executing = true;
    }

    /// <summary>Notes that it is not in execve any more: it failed, succeeded or came to its exit.</summary>
    public void EndToExecute()
    {
        if (Executing) Space!.Executing--;
        Executing = false;
    }
}
