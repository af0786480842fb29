using System.Text.RegularExpressions;
using Lethe.Evidence;
using Lethe.Linux;

namespace Lethe.Lab.Kernels;

/// <summary>A kernel from Debian's archive, downloaded and unpacked into the cache, never installed.</summary>
/// <param name="Name">As users write it.</param>
/// <param name="Suite">The part of the archive that has it.</param>
/// <param name="Releases">A regular expression of the releases it may be; the newest that is served is taken, as old ones go.</param>
internal sealed partial record DebianKernel(string Name, string Suite, string Releases)
{
    /// <summary>The kernels offered by name. The first is the default.</summary>
    public static IReadOnlyList<DebianKernel> All { get; } =
    [
        new("debian-6.1", "bookworm-security", @"6\.1\.0-\d+-cloud-amd64"),
        new("debian-6.1-full", "bookworm-security", @"6\.1\.0-\d+-amd64"),
        new("debian-6.12", "bookworm-security", @"6\.12\.\d+\+deb12-cloud-amd64"),
        new("debian-6.12-full", "bookworm-security", @"6\.12\.\d+\+deb12-amd64"),
        new("debian-5.10", "bullseye-security", @"5\.10\.0-\d+-cloud-amd64"),
        new("debian-6.18", "trixie-backports", @"6\.18\.\d+\+deb13-cloud-amd64"),
        new("debian-7", "trixie-backports", @"7\.\d+\.\d+\+deb13-cloud-amd64"),
    ];

    /// <summary>The kernel's files, fetched if they are not in the cache.</summary>
    /// <param name="cache">Where they are kept.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <exception cref="LabException">The archive cannot be reached, or has no such kernel any more
    /// (<see cref="ExitCode.Unsupported"/>).</exception>
    public BootableKernel Fetch(Cache cache, Action<string> progress)
    {
        string directory = cache.Directory($"kernels/{Name}", target =>
        {
            try
            {
                progress($"fetching kernel {Name}");
                using DebianArchive archive = DebianArchive.Open(Suite);
                if (Newest(archive.PackagesLike("linux-")) is not { } found)
                    throw new LabException(
                        $"Debian's {Suite} serves no kernel {Name} any more",
                        "use another, or give your own with --kernel FILE --modules DIR",
                        ExitCode.Unsupported
                    );
                archive.Unpack(found.Packages, target);
                Arrange(target, found.Release);
                Command.Run("/sbin/depmod", "-b", target, found.Release);
            }
            catch (IOException failure)
            {
                throw new LabException(
                    $"cannot fetch kernel {Name}: {failure.Message}",
                    "see that apt-get works (apt-get update), or give your own with --kernel FILE --modules DIR",
                    ExitCode.OperationalError
                );
            }
        });
        string modules = Directory.GetDirectories(Path.Combine(directory, "lib/modules")).Single();
        return new BootableKernel(
            Directory.GetFiles(Path.Combine(directory, "boot"), "vmlinuz-*").Single(),
            modules,
            Path.GetFileName(modules)
        );
    }

    /// <summary>The newest release that fits, and the packages that hold it: one up to 6.18, then up to four.</summary>
    internal (string Release, IReadOnlyList<string> Packages)? Newest(IEnumerable<string> packages) => packages
        .Select(package => Regex.Match(package, $"^linux-(?:image|binary|modules|base)-({Releases})$", RegexOptions.NonBacktracking))
        .Where(match => match.Success)
        .GroupBy(match => match.Groups[1].Value, match => match.Value)
        .OrderBy(release => Number().Replace(release.Key, number => number.Value.PadLeft(9, '0')), StringComparer.Ordinal)
        .Select(release => ((string, IReadOnlyList<string>)?)(release.Key, [.. release]))
        .LastOrDefault();

    /// <summary>Puts the files where all kernels had them first: modules below /lib, the rest in /boot.</summary>
    private static void Arrange(string root, string release)
    {
        string modules = Path.Combine(root, "lib/modules", release), boot = Path.Combine(root, "boot");
        if (!Directory.Exists(modules))
        {
            Directory.CreateDirectory(Path.Combine(root, "lib/modules"));
            Directory.Move(Path.Combine(root, "usr/lib/modules", release), modules);
        }

        Directory.CreateDirectory(boot);
        foreach (string name in new[] { "vmlinuz", "config" })
        {
            if (File.Exists(Path.Combine(modules, name))) File.Move(Path.Combine(modules, name), Path.Combine(boot, $"{name}-{release}"));
        }
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
