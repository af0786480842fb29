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
    /// <exception cref="IOException">The process has ended.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not look.</exception>
    public SharedFiles(int process)
    {
        this.process = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}";
        // One mapping may show as several when the kernel was given different advice on its parts.
        foreach (var group in File.ReadLines($"{this.process}/maps").Select(ProcessMapping.Parse).OfType<ProcessMapping>()
            .Where(mapping => mapping is { Shared: true, IsOfFile: true, FileOffset: <= long.MaxValue }).GroupBy(mapping => (mapping.Name, mapping.Inode)))
        {
            files.Add(new Mapped(group.Key.Name!, group.Key.Inode, (long)group.Min(mapping => mapping.FileOffset), group.Sum(mapping => (long)(mapping.End - mapping.Start))));
        }
    }

    /// <summary>The files.</summary>
    public IReadOnlyList<Mapped> Files => files;

    /// <summary>Opens one through the process's own descriptor, as it may have no name any more or one that only the process sees.</summary>
    /// <returns>Null when the process has not kept it open.</returns>
    /// <exception cref="LinuxException">This user may not read it.</exception>
    public Descriptor? Open(Mapped file)
    {
        foreach (string link in Directory.EnumerateFiles($"{process}/fd"))
        {
            try
            {
                if (File.ResolveLinkTarget(link, returnFinalTarget: false) is not { } target || !file.Name.EndsWith(Path.GetFileName(target.FullName), StringComparison.Ordinal)) continue;
                using Descriptor place = Descriptor.Open(link, FileCalls.O_PATH);
                if (FileStatus.Of(place) is { IsRegular: true } status && status.Inode == file.Inode) return Descriptor.Open(link, FileCalls.O_RDONLY);
            }
            catch (Exception failure) when (failure is FileNotFoundException or LinuxException { Error: Errno.ENOENT })
            {
                // Closed meanwhile.
            }
        }

        return null;
    }
}
