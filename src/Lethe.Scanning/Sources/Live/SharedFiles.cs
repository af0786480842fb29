using System.Globalization;
using Lethe.Linux;
using Lethe.Scanning.Kernel;

namespace Lethe.Scanning.Sources.Live;

/// <summary>The files that a process has mapped shared. What it writes to such memory can be read in the file.</summary>
internal sealed class SharedFiles
{
    private readonly string process;
    private readonly List<Mapped> files = [];

    /// <summary>A file, and the range of it that a process has mapped: offset and length in bytes.</summary>
    public readonly record struct Mapped(string Name, ulong Inode, long Offset, long Length);

    /// <summary>Lists the files.</summary>
    /// <exception cref="LinuxException">The process has ended, or this user may not see its mappings.</exception>
    public SharedFiles(int process)
    {
        this.process = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}";
        // The kernel may show one mapping as several, when different advice was given for parts of it.
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

    public IReadOnlyList<Mapped> Files => files;

    /// <summary>
    /// Opens a file through the process's own descriptor: the file may have no name any more, or one that only the process sees.
    /// </summary>
    /// <returns>Null when the process has not kept it open.</returns>
    /// <exception cref="LinuxException">This user may not read it.</exception>
    public Descriptor? Open(Mapped file)
    {
        foreach (string number in VanishingFiles.TryList($"{process}/fd") ?? [])
        {
            string link = $"{process}/fd/{number}";
            // Descriptors that were closed meanwhile are skipped.
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
