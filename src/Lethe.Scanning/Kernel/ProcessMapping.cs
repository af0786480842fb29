using System.Text;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Scanning.Kernel;

/// <summary>A range of a process's addresses (a line of <c>/proc/PID/maps</c>, proc_pid_maps(5)).</summary>
/// <param name="Start">The first address.</param>
/// <param name="End">The first address behind it.</param>
/// <param name="Shared">Whether other processes see what is written there.</param>
/// <param name="FileOffset">Offset in the file where the mapping begins, in bytes.</param>
/// <param name="Inode">The file's inode number; 0 without a file.</param>
/// <param name="Name">The file's path, or the kernel's name in brackets; null for memory without a name.</param>
internal readonly record struct ProcessMapping(ulong Start, ulong End, bool Shared, ulong FileOffset, ulong Inode, string? Name)
{
    public bool IsOfFile => Name is ['/', ..];

    /// <summary>Lists the mappings of a process, except [vsyscall], which has no pagemap.</summary>
    /// <param name="directory">The process's directory in /proc.</param>
    /// <returns>Empty for a kernel thread; null when the process is gone.</returns>
    /// <exception cref="LinuxException">The process lives, but this user may not see its mappings.</exception>
    public static List<ProcessMapping>? All(string directory)
    {
        var mappings = new List<ProcessMapping>();
        bool read = ProcessMappings.TryRead($"{directory}/maps", (in Mapping mapping) =>
        {
            if (mapping.IsInUserHalf) mappings.Add(Of(mapping));
        });
        return read ? mappings : null;
    }

    private static ProcessMapping Of(in Mapping mapping) => new(
        mapping.Start,
        mapping.End,
        mapping.Shared,
        mapping.Offset,
        mapping.Inode,
        mapping.Name.IsEmpty ? null : Encoding.UTF8.GetString(mapping.Name)
    );
}
