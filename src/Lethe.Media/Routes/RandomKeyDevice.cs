using Lethe.Linux;

namespace Lethe.Media.Routes;

/// <summary>A block device encrypted with a random key that only the kernel holds (dm-crypt).</summary>
internal static class RandomKeyDevice
{
    private const string Name = "lethe";

    /// <summary>Path of the decrypted device.</summary>
    public const string Path = "/dev/mapper/" + Name;

    /// <summary>The kernel modules that it needs.</summary>
    public static IReadOnlyList<string> Modules => ["dm-crypt", "xts", "ecb"];

    /// <summary>Opens a device with a new random key.</summary>
    public static void Open(string device) => Command.Run(
        "/sbin/cryptsetup",
        "open",
        "--type",
        "plain",
        "--cipher",
        "aes-xts-plain64",
        "--key-size",
        "512",
        "--key-file",
        "/dev/urandom",
        device,
        Name
    );

    /// <summary>Formats a device as LUKS with a random key, and opens it. The file with the key is removed at once.</summary>
    /// <remarks>The key is random, so the cheapest key derivation is enough.</remarks>
    public static void FormatAndOpenLuks(string device)
    {
        const string Key = "/run/key";
        // The guest has no OpenSSL, which .NET's own random numbers need.
        byte[] key = new byte[64];
        using (FileStream random = File.OpenRead("/dev/urandom")) random.ReadExactly(key);
        File.WriteAllBytes(Key, key);
        string[] derivation = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];
        Command.Run("/sbin/cryptsetup", ["luksFormat", "--batch-mode", "--type", "luks2", .. derivation, "--key-file", Key, device]);
        Command.Run("/sbin/cryptsetup", "open", "--key-file", Key, device, Name);
        File.Delete(Key);
    }

    /// <summary>Closes the device; the kernel drops the key.</summary>
    public static void Close() => Command.Run("/sbin/cryptsetup", "close", Name);
}
