using Lethe.Lab.Machine;
using Lethe.Linux;

namespace Lethe.Lab.Proof;

/// <summary>Writes a machine's memory and storage into a directory, for a look by other tools.</summary>
internal static class KeptMachine
{
    /// <summary>Saves every place as a raw, sparse file.</summary>
    /// <exception cref="IOException">No space, or no such directory.</exception>
    public static void Save(VirtualMachine machine, string directory)
    {
        Directory.CreateDirectory(directory);
        foreach ((string name, MemoryFile place) in machine.Places)
        {
            using FileStream target = File.Create(Path.Combine(directory, $"{name}.raw"));
            place.CopyTo(target);
        }
    }
}
