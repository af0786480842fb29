namespace Lethe.Lab.Guest;

/// <summary>Names that the guest image and the programs in it agree on.</summary>
internal static class GuestPaths
{
    /// <summary>The lethe program.</summary>
    public const string Program = "/bin/lethe";

    /// <summary>The argument that makes it the keeper.</summary>
    public const string KeeperVerb = "guest-keeper";

    /// <summary>The argument that makes it the workload.</summary>
    public const string WorkloadVerb = "guest-workload";

    /// <summary>The argument that makes it end another program without residue.</summary>
    public const string RunVerb = "run";

    /// <summary>Loads kernel modules; the kernel itself looks for it here as well.</summary>
    public const string ModuleLoader = "/sbin/modprobe";
}
