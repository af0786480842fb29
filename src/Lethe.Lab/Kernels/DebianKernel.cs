using System.Text.RegularExpressions;
using Lethe.Evidence;
using Lethe.Linux;

namespace Lethe.Lab.Kernels;

/// <summary>A kernel from Debian's archive, downloaded and unpacked into the cache, never installed.</summary>
/// <param name="Name">As users write it.</param>
/// <param name="MetaPackage">The package that depends on the newest such kernel.</param>
public sealed partial record DebianKernel(string Name, string MetaPackage)
{
    /// <summary>The kernels offered by name. The first is the default.</summary>
    public static IReadOnlyList<DebianKernel> All { get; } =
    [
        new("debian-6.1", "linux-image-cloud-amd64"),
        new("debian-6.1-full", "linux-image-amd64"),
        new("debian-6.12", "linux-image-6.12-cloud-amd64"),
        new("debian-6.12-full", "linux-image-6.12-amd64"),
    ];

    /// <summary>The kernel's files, fetched if they are not in the cache.</summary>
    /// <param name="cache">Where they are kept.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <exception cref="LabException">The archive cannot be reached.</exception>
    public KernelFiles Fetch(Cache cache, Action<string> progress)
    {
        string directory = cache.Directory($"kernels/{Name}", target =>
        {
            try
            {
                progress($"fetching kernel {Name}");
                string package = NewestPackage();
                Command.Run("/bin/sh", "-c", "cd \"$1\" && exec apt-get -q download \"$2\"", "sh", target, package);
                string file = Directory.GetFiles(target, "*.deb").Single();
                Command.Run("/usr/bin/dpkg-deb", "-x", file, target);
                File.Delete(file);
                string release = Path.GetFileName(Directory.GetDirectories(Path.Combine(target, "lib/modules")).Single());
                Command.Run("/sbin/depmod", "-b", target, release);
            }
            catch (IOException failure)
            {
                throw new LabException($"cannot fetch kernel {Name}: {failure.Message}", "see that apt-get works (apt-get update), or give your own with --kernel FILE --modules DIR", ExitCode.OperationalError);
            }
        });
        string modules = Directory.GetDirectories(Path.Combine(directory, "lib/modules")).Single();
        return new KernelFiles(Directory.GetFiles(Path.Combine(directory, "boot"), "vmlinuz-*").Single(), modules, Path.GetFileName(modules));
    }

    internal static string? PackageIn(string dependencies)
    {
        Match match = KernelPackage().Match(dependencies);
        return match.Success ? match.Groups[1].Value : null;
    }

    private string NewestPackage()
    {
        if (Find() is { } known) return known;
        // A machine that never asked its archive knows no packages; only the superuser can ask.
        if (ChildProcess.IsSuperuser) Command.Run("/usr/bin/apt-get", "-q", "update");
        return Find() ?? throw new IOException($"this machine's package lists have no {MetaPackage}");
    }

    private string? Find()
    {
        try
        {
            return PackageIn(Command.Run("/usr/bin/apt-cache", "depends", MetaPackage));
        }
        catch (CommandFailedException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"Depends: (linux-image-\d\S+)")]
    private static partial Regex KernelPackage();
}
