using Lethe.Linux;

namespace Lethe.Media.ScratchStorage;

/// <summary>A file system on storage that is encrypted with a random key that only the kernel has.</summary>
internal sealed class EncryptedScratch
{
    private const int GoneMs = 10_000;
    private const string Cryptsetup = "/sbin/cryptsetup", MakeFileSystem = "/sbin/mke2fs";

    /// <summary>The directory where it lies by default.</summary>
    public const string DefaultPlace = "/var/tmp";

    private readonly string name;

    private EncryptedScratch(string name, Descriptor mount) => (this.name, Mount) = (name, mount);

    /// <summary>The file system, which is mounted nowhere yet.</summary>
    public Descriptor Mount { get; }

    /// <summary>Whether this machine has dm-crypt and the tools for it.</summary>
    public static bool IsPossible => File.Exists("/dev/mapper/control") && File.Exists(Cryptsetup) && File.Exists(MakeFileSystem);

    /// <param name="id">The run's id, which becomes part of the device's name.</param>
    /// <param name="on">A block device, or a directory for a file.</param>
    /// <param name="bytes">Its size, in bytes.</param>
    /// <exception cref="IOException">Something failed.</exception>
    public static EncryptedScratch Make(string id, string on, long bytes)
    {
        string name = $"lethe-{id}", device = $"/dev/mapper/{name}";
        bool file = System.IO.Directory.Exists(on);
        string backing = file ? Path.Combine(on, $".{name}") : on;
        if (file)
        {
            using var created = new FileStream(
                backing,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
            created.SetLength(bytes);
        }

        try
        {
            string[] cipher = ["--type", "plain", "--cipher", "aes-xts-plain64", "--key-size", "512", "--key-file", "/dev/urandom"];
            // Plain mode takes the whole device, whatever is on it. The size limits it to what was asked for.
            Command.Run(Cryptsetup, ["open", .. cipher, "--size", (bytes / 512).ToString(), backing, name]);
        }
        finally
        {
            // The kernel keeps the file while the device is open, and frees it with the device.
            if (file) File.Delete(backing);
        }

        try
        {
            // It has no journal, which would keep more names than needed. No work is left for a background thread.
            Command.Run(
                MakeFileSystem,
                "-q",
                "-F",
                "-t",
                "ext4",
                "-O",
                "^has_journal",
                "-m",
                "0",
                "-E",
                "lazy_itable_init=0,nodiscard",
                device
            );
            Descriptor mount = NewMount.Make("ext4", [$"source={device}"], NewMount.MOUNT_ATTR_NOSUID | NewMount.MOUNT_ATTR_NODEV);
            File.SetUnixFileMode($"/proc/self/fd/{mount.Number}", (UnixFileMode)0b1_111_111_111);
            // From now on the device is removed with its last user, whatever happens to lethe.
            Command.Run(Cryptsetup, "close", "--deferred", name);
            return new EncryptedScratch(name, mount);
        }
        catch
        {
            Command.Run(Cryptsetup, "close", name);
            throw;
        }
    }

    /// <summary>Closes the device and waits until it is gone.</summary>
    /// <returns>False when another process still uses it.</returns>
    public bool Close()
    {
        Mount.Dispose();
        long started = Environment.TickCount64;
        while (Exists())
        {
            if (Environment.TickCount64 - started > GoneMs) return false;
            Thread.Sleep(5);
        }

        return true;
    }

    // A device that is being removed no longer shows its name, but still has its key (__dm_destroy of drivers/md/dm.c). So each device
    // without a name may be this one until its directory is gone: that is removed after the key (cleanup_mapped_device).
    private bool Exists() => (VanishingFiles.TryList("/sys/block") ?? [])
        .Where(device => device.StartsWith("dm-", StringComparison.Ordinal))
        .Select(device => $"/sys/block/{device}/dm")
        .Any(directory =>
            VanishingFiles.TryReadText($"{directory}/name") is { } found ? found.Trim() == name : System.IO.Directory.Exists(directory)
        );
}
