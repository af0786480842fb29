using System.Globalization;
using Lethe.Linux;
using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources.Live;

/// <summary>The files that a process has open and mapped shared: what it writes to such memory can be read in the file.</summary>
internal sealed class SharedFiles
{
    private readonly string process;
    private readonly List<Mapped> files = [];

    /// <summary>A file of which a process has so many bytes mapped, from an offset on.</summary>
    public readonly record struct Mapped(string Name, ulong Inode, long Offset, long Length);

    /// <summary>Lists them.</summary>
    /// <exception cref="LinuxException">The process has ended, or this user may not look.</exception>
    public SharedFiles(int process)
    {
        this.process = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}";
        // One mapping may show as several when the kernel was given different advice on its parts.
        List<ProcessMapping> mappings = ProcessMapping.All(this.process) ?? throw new LinuxException(Errno.ESRCH, "read maps");
        foreach (var group in mappings
            .Where(mapping => mapping is { Shared: true, IsOfFile: true, FileOffset: <= long.MaxValue })
            .GroupBy(mapping => (mapping.Name, mapping.Inode))
    )
        {
            files.Add(
                new Mapped(
                    group.Key.Name!,
                    group.Key.Inode,
                    (long)group.Min(mapping => mapping.FileOffset),
                    group.Sum(mapping => (long)(mapping.End - mapping.Start))
                )
            );
        }
    }

    /// <summary>The files.</summary>
    public IReadOnlyList<Mapped> Files => files;

    /// <summary>
    /// Opens one through the process's own descriptor, as it may have no name any more or one that only the process sees.
    /// </summary>
    /// <returns>Null when the process has not kept it open.</returns>
    /// <exception cref="LinuxException">This user may not read it.</exception>
    public Descriptor? Open(Mapped file)
    {
        foreach (string number in VanishingFiles.TryList($"{process}/fd") ?? [])
        {
            string link = $"{process}/fd/{number}";
            // What was closed meanwhile is passed over.
            if (
                VanishingFiles.TryReadLink(link) is not { } target
                || !file.Name.EndsWith(Path.GetFileName(target), StringComparison.Ordinal)
            )
                continue;
            using Descriptor? place = VanishingFiles.TryOpen(link, FileCalls.O_PATH);
            if (
                place is not null
                && FileStatus.Of(place) is { IsRegular: true } status
                && status.Inode == file.Inode
                && VanishingFiles.TryOpen(link) is { } open
            )
                return open;
        }

        return null;
    }
}
