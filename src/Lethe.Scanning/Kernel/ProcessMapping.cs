using System.Text;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Scanning.Kernel;

/// <summary>A range of a process's addresses (a line of <c>/proc/PID/maps</c>, proc_pid_maps(5)).</summary>
/// <param name="Start">First address.</param>
/// <param name="End">First address behind.</param>
/// <param name="Shared">Whether what is written there is seen by others.</param>
/// <param name="FileOffset">Where in the file it begins, in bytes.</param>
/// <param name="Inode">The file's inode number; 0 without a file.</param>
/// <param name="Name">The file's path, or the kernel's name in brackets; null for memory without a name.</param>
internal readonly record struct ProcessMapping(ulong Start, ulong End, bool Shared, ulong FileOffset, ulong Inode, string? Name)
{
    /// <summary>Whether it is a file's.</summary>
    public bool IsOfFile => Name is ['/', ..];

    /// <summary>Lists the mappings of a process, without [vsyscall], which has no pagemap.</summary>
    /// <param name="directory">Its directory in /proc.</param>
    /// <returns>None for a kernel's thread; null when the process is gone.</returns>
    /// <exception cref="LinuxException">It lives, and this user may not see them.</exception>
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
