using Lethe.Linux;

namespace Lethe.Lab.Machine;

/// <summary>A machine that stands still at one moment, to be continued any number of times.</summary>
internal sealed class Snapshot : IDisposable
{
    private readonly Dictionary<string, MemoryFile> places;

    internal Snapshot(MachineSpecification specification, Dictionary<string, MemoryFile> places, MemoryFile state)
    {
        Specification = specification;
        this.places = places;
        State = state;
    }

    /// <summary>What the machine is.</summary>
    public MachineSpecification Specification { get; }

    /// <summary>Its memory and storage, by the names of <see cref="Lethe.Media.Routes.Place"/>.</summary>
    public IReadOnlyDictionary<string, MemoryFile> Places => places;

    /// <summary>Its devices and processor, as QEMU saved them.</summary>
    internal MemoryFile State { get; }

    /// <summary>Continues a copy of the machine.</summary>
    /// <exception cref="LostMachineException">It could not be continued.</exception>
    public Task<VirtualMachine> Resume(CancellationToken cancel) => VirtualMachine.Resume(this, cancel);

    /// <summary>Gives empty places what the machine had in them.</summary>
    internal void CopyTo(IReadOnlyDictionary<string, MemoryFile> empty)
    {
        foreach ((string name, MemoryFile place) in places) place.CopyTo(empty[name]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        State.Dispose();
        foreach (MemoryFile place in places.Values) place.Dispose();
    }
}
