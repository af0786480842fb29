namespace Lethe.Media.Routes;

/// <summary>The places of the laboratory's machine that are searched, and their names in the guest.</summary>
internal static class Place
{
    /// <summary>Physical memory.</summary>
    public const string Ram = "ram";

    /// <summary>The disk for files and volumes.</summary>
    public const string ScratchDisk = "scratch-disk";

    /// <summary>The disk for swap and hibernation.</summary>
    public const string SwapDisk = "swap-disk";

    /// <summary>The non-volatile memory module.</summary>
    public const string PersistentMemory = "persistent-memory";

    /// <summary>Device of <see cref="ScratchDisk"/> in the guest.</summary>
    public const string ScratchDevice = "/dev/vda";

    /// <summary>Device of <see cref="SwapDisk"/> in the guest.</summary>
    public const string SwapDevice = "/dev/vdb";

    /// <summary>The read-only disk with programs that only some routes need.</summary>
    public const string ToolsDevice = "/dev/vdc";
}
