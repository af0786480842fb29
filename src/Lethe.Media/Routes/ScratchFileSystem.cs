using Lethe.Linux;

namespace Lethe.Media.Routes;

/// <summary>An ext4 file system on a device of the laboratory's machine.</summary>
internal static class ScratchFileSystem
{
    /// <summary>Where it is mounted.</summary>
    public const string MountPoint = "/mnt/scratch";

    /// <summary>The file that routes plant.</summary>
    public const string Secret = MountPoint + "/secret";

    /// <summary>The kernel modules that it needs.</summary>
    public static IReadOnlyList<string> Modules => ["ext4"];

    /// <summary>The kernel modules that it needs on an encrypted device.</summary>
    public static IReadOnlyList<string> EncryptedModules => [.. Modules, .. RandomKeyDevice.Modules];

    /// <summary>Encrypts a device with a new random key, makes the file system on it and mounts it.</summary>
    public static void MakeEncrypted(string device)
    {
        RandomKeyDevice.Open(device);
        Make(RandomKeyDevice.Path);
        Mount(RandomKeyDevice.Path);
    }

    /// <summary>Creates the file system. No work is left for a background thread, which would disturb a measurement.</summary>
    public static void Make(string device) => Command.Run(
        "/sbin/mke2fs",
        "-q",
        "-F",
        "-t",
        "ext4",
        "-b",
        "4096",
        "-m",
        "0",
        "-J",
        "size=4",
        "-E",
        "lazy_itable_init=0,lazy_journal_init=0,nodiscard",
        "-N",
        "64",
        device
    );

    public static void Mount(string device, string options = "") => Mounts.Mount(device, MountPoint, "ext4", options);

    public static void Unmount() => Mounts.Unmount(MountPoint);
}
