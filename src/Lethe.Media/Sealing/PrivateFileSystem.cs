using Lethe.Linux;

namespace Lethe.Media.Sealing;

/// <summary>A new file system in memory that only the workload sees.</summary>
/// <param name="Type"><c>tmpfs</c> or <c>hugetlbfs</c>.</param>
/// <param name="Directory">Its mount point for the workload.</param>
/// <param name="Options">Mount options, such as <c>size=50%</c>.</param>
public sealed record PrivateFileSystem(string Type, string Directory, IReadOnlyList<string> Options)
{
    /// <summary>An option that is left out where the kernel does not know it; null for none.</summary>
    public string? Preferred { get; init; }

    /// <summary>Creates the file system, which is mounted nowhere yet.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public Descriptor Make()
    {
        try
        {
            return Make(Preferred is null ? Options : [.. Options, Preferred]);
        }
        catch (LinuxException failure) when (failure.Error == Errno.EINVAL && Preferred is not null)
        {
            return Make(Options);
        }
    }

    private Descriptor Make(IReadOnlyList<string> options) =>
        NewMount.Make(Type, options, NewMount.MOUNT_ATTR_NOSUID | NewMount.MOUNT_ATTR_NODEV);
}
