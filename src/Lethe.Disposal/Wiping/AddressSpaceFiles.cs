using Lethe.Linux;

namespace Lethe.Disposal.Wiping;

/// <summary>
/// A process's memory through its files in /proc. They belong to the memory the process has when they are opened, also
/// after it has executed another program.
/// </summary>
internal sealed class AddressSpaceFiles : IDisposable
{
    /// <summary>Opens them.</summary>
    /// <param name="process">The process, or a thread of it that lives.</param>
    /// <param name="remember">Whether the number may vanish, so that its mappings have to be read now.</param>
    /// <exception cref="LinuxException">The process is gone, or not this user's.</exception>
    public AddressSpaceFiles(int process, bool remember = false)
    {
        Process = process;
        try
        {
            Memory = Descriptor.Open($"/proc/{process}/mem", FileCalls.O_RDWR);
            Maps = Descriptor.Open($"/proc/{process}/maps", FileCalls.O_RDONLY);
            Smaps = Descriptor.Open($"/proc/{process}/smaps", FileCalls.O_RDONLY);
            Pagemap = Descriptor.Open($"/proc/{process}/pagemap", FileCalls.O_RDONLY);
            if (remember) RememberedMaps = VanishingFiles.TryReadBytes($"/proc/{process}/maps") ?? throw new LinuxException(Errno.ESRCH, "read maps");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The process they were opened for.</summary>
    public int Process { get; }

    /// <summary>All of its memory, by address.</summary>
    public Descriptor Memory { get; } = null!;

    /// <summary>Its mappings.</summary>
    public Descriptor Maps { get; } = null!;

    /// <summary>Its mappings as they were when it was opened; null when <see cref="Maps"/> will do.</summary>
    public byte[]? RememberedMaps { get; }

    /// <summary>Its mappings with how much of each is in RAM and swap.</summary>
    public Descriptor Smaps { get; } = null!;

    /// <summary>The state of each of its pages.</summary>
    public Descriptor Pagemap { get; } = null!;

    /// <inheritdoc/>
    public void Dispose()
    {
        Memory?.Dispose();
        Maps?.Dispose();
        Smaps?.Dispose();
        Pagemap?.Dispose();
    }
}
