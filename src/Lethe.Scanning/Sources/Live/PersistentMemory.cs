using System.Globalization;
using Lethe.Linux;
using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Live;

/// <summary>
/// Persistent memory: block devices <c>/dev/pmemN</c>, which are read, and character devices <c>/dev/daxN.M</c>, which can only
/// be mapped. A device's directory in /sys says where it begins in physical memory (Documentation/ABI/testing/sysfs-bus-nvdimm,
/// sysfs-bus-dax).
/// </summary>
internal static class PersistentMemory
{
    /// <summary>The beginning of the names of such sources. It means all devices, or the one with the path after it.</summary>
    public const string Prefix = "pmem:";

    /// <exception cref="SourceException">There is no such device, or this user may not read it.</exception>
    public static Source Open(string name) => Open(name, "/dev", "/sys");

    /// <summary>Opens devices.</summary>
    /// <param name="name">The source as the user named it.</param>
    /// <param name="devices">Directory of device files.</param>
    /// <param name="system">Directory in which the kernel describes devices.</param>
    /// <exception cref="SourceException">There is no such device, or this user may not read it.</exception>
    internal static Source Open(string name, string devices, string system)
    {
        string[] paths = name.Length > Prefix.Length ? [name[Prefix.Length..]] :
        [
            // Partitions lie in devices that are read anyway.
            .. Files(devices, "pmem*").Where(path => !File.Exists($"{system}/class/block/{Path.GetFileName(path)}/partition")),
            .. Files(devices, "dax*"),
        ];
        if (paths.Length == 0)
            throw new SourceException($"{name}: this machine has no persistent memory (no {devices}/pmem* and no {devices}/dax*)");
        var storage = new JoinedStorage();
        var parts = new List<Part>();
        try
        {
            foreach (string path in paths)
            {
                long start = storage.Length;
                ulong? address = Add(storage, path, system);
                long length = storage.Length - start;
                if (address is { } first && !PhysicalAddress.IsPossible(first, (ulong)length)) address = null;
                if (length > 0) parts.Add(new Part(start, length, address, path));
            }

            return new PlainSource(name, "pmem", storage, parts, [])
            {
                PhysicalMemory = new PlainMemory(
                    storage,
                    parts
                        .Where(part => part.Address is not null)
                        .Select(part => new MemoryStretch((long)part.Address!.Value, part.Offset, part.Length))
                ),
            };
        }
        catch (LinuxException failure)
        {
            storage.Dispose();
            throw new SourceException(
                $"{name}: {failure.Message}",
                failure.Error is Errno.EACCES or Errno.EPERM ? "run it as root" : null,
                failure.Error
            );
        }
    }

    // Returns the physical address where the device begins.
    private static ulong? Add(JoinedStorage storage, string path, string system)
    {
        string device = Path.GetFileName(path), mapped = $"{system}/bus/dax/devices/{device}";
        if (Number($"{mapped}/size") is { } size)
        {
            using Descriptor file = Descriptor.Open(path, FileCalls.O_RDONLY);
            if (size > 0) storage.Add(new MappedStorage(file, (long)size));
            return Number($"{mapped}/resource");
        }

        Descriptor block = Descriptor.Open(path, FileCalls.O_RDONLY);
        try
        {
            storage.Add(new FileStorage(block));
        }
        catch (LinuxException)
        {
            block.Dispose();
            throw;
        }

        return Number($"{system}/class/block/{device}/device/resource");
    }

    private static IEnumerable<string> Files(string directory, string pattern) =>
        Directory.EnumerateFiles(directory, pattern).Order(StringComparer.Ordinal);

    // Decimal, or hexadecimal after 0x.
    private static ulong? Number(string file)
    {
        try
        {
            if (VanishingFiles.TryReadText(file)?.Trim() is not { } text) return null;
            bool hexadecimal = text.StartsWith("0x", StringComparison.Ordinal);
            return
                ulong.TryParse(
                    hexadecimal ? text[2..] : text,
                    hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out ulong number
                )
                && number <= long.MaxValue
                ? number
                : null;
        }
        catch (LinuxException failure) when (failure.Error is Errno.EACCES or Errno.EPERM)
        {
            // Only root may read addresses (dax_attributes of drivers/dax/bus.c).
            return null;
        }
    }
}
