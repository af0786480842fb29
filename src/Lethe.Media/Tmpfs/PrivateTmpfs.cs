using Lethe.Media.Sealing;

namespace Lethe.Media.Tmpfs;

/// <summary>A tmpfs that only one workload sees.</summary>
internal static class PrivateTmpfs
{
    /// <summary>
    /// A tmpfs on a directory of the workload. Its pages are never swapped out where the kernel has the option noswap (since
    /// Linux 6.4).
    /// </summary>
    public static PrivateFileSystem On(string directory, string size = "50%") =>
        new("tmpfs", directory, [$"size={size}", directory == "/run/user" ? "mode=0755" : "mode=1777"]) { Preferred = "noswap" };
}
