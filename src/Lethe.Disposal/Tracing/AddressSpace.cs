namespace Lethe.Disposal.Tracing;

/// <summary>Memory that one or more traced tasks use.</summary>
internal sealed class AddressSpace
{
    /// <summary>Tasks that use it and have not reached their exit.</summary>
    public int Users { get; set; }

    /// <summary>Tasks that used it and whose death has not been reported.</summary>
    public int Undead { get; set; }

    /// <summary>Those of its users that are inside execve, and so may leave it at any moment.</summary>
    public int Executing { get; set; }

    /// <summary>Where its heap ended when it last asked, 0 when it has not.</summary>
    public ulong Break { get; set; }
}
