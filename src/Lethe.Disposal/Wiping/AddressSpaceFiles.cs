using Lethe.Linux;

namespace Lethe.Disposal.Wiping;

/// <summary>
/// A process's memory through its files in /proc. They belong to the memory the process has when they are opened, also
/// after it has executed another program.
/// </summary>
internal class AddressSpaceFiles : IDisposable
{
    /// <summary>Opens them.</summary>
    /// <param name="process">The process, or a thread of it that lives.</param>
    /// <exception cref="LinuxException">The process is gone, or not this user's.</exception>
    public AddressSpaceFiles(int process)
    {
        Process = process;
        try
        {
            Memory = Descriptor.Open($"/proc/{process}/mem", FileCalls.O_RDWR);
            Maps = Descriptor.Open($"/proc/{process}/maps", FileCalls.O_RDONLY);
            Smaps = Descriptor.Open($"/proc/{process}/smaps", FileCalls.O_RDONLY);
            Pagemap = Descriptor.Open($"/proc/{process}/pagemap", FileCalls.O_RDONLY);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>The process they were opened for.</summary>
    public int Process { get; }

    /// <summary>All of its memory, by address.</summary>
    public Descriptor Memory { get; } = null!;

    /// <summary>Its mappings.</summary>
    public Descriptor Maps { get; } = null!;

    /// <summary>Its mappings as they were at <see cref="Remember"/>; null when <see cref="Maps"/> will do.</summary>
    public byte[]? RememberedMaps { get; private set; }

    /// <summary>Its mappings with how much of each is in RAM and swap.</summary>
    public Descriptor Smaps { get; } = null!;

    /// <summary>The state of each of its pages.</summary>
    public Descriptor Pagemap { get; } = null!;

    /// <summary>Reads its mappings now, as its number may vanish, and with it what <see cref="Maps"/> says.</summary>
    public void Remember()
    {
        byte[] text = new byte[16 << 10];
        int length = 0;
        for (int got; (got = Maps.ReadSomeAt(length, text.AsSpan(length))) > 0;)
        {
            length += got;
            if (length == text.Length) Array.Resize(ref text, text.Length * 2);
        }

        if (length > 0) RememberedMaps = text[..length];
    }

    /// <inheritdoc/>
    public virtual void Dispose() => Close();

    private void Close()
    {
        Memory?.Dispose();
        Maps?.Dispose();
        Smaps?.Dispose();
        Pagemap?.Dispose();
    }
}
