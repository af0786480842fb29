using Lethe.Media.Sealing;

namespace Lethe.Media.Tmpfs;

/// <summary>A tmpfs that only one workload sees.</summary>
internal static class PrivateTmpfs
{
    /// <summary>
    /// One on a directory of the workload; its pages never go to swap where the kernel can promise that (noswap, since
    /// Linux 6.4).
    /// </summary>
    public static PrivateFileSystem On(string directory, string size = "50%") =>
        new("tmpfs", directory, [$"size={size}", directory == "/run/user" ? "mode=0755" : "mode=1777"]) { Preferred = "noswap" };
}
