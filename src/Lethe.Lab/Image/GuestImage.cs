using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Lethe.Lab.Guest;
using Lethe.Lab.Kernels;
using Lethe.Media.Matrix;

namespace Lethe.Lab.Image;

/// <summary>The guest's initial RAM file system: the lethe file itself, the programs routes use, and kernel modules.</summary>
internal sealed class GuestImage(Cache cache)
{
    // Programs of the guest: where they are on this machine, and under which further names the guest finds them.
    private static readonly (string Source, string[] Names)[] Programs =
    [
        ("/bin/busybox", ["/bin/busybox", "/bin/sh"]),
        ("/bin/kmod", ["/bin/kmod"]),
        ("/sbin/cryptsetup", ["/sbin/cryptsetup"]),
        ("/sbin/mke2fs", ["/sbin/mke2fs"]),
        ("/usr/bin/ndctl", ["/usr/bin/ndctl"]),
    ];

    // .NET's hashes, random numbers and signatures call OpenSSL, which it loads by itself: ldd does not know of it.
    private static readonly string[] LoadedLater = ["libssl.so.3"];

    // Enough for a few kernels; a machine that is running has its image open or read already.
    private const int KeptImages = 8;

    private static readonly string[] AlwaysLoaded = ["virtio_pci", "virtio_blk", "qemu_fw_cfg"];

    // What the kernel itself asks for by another name, in the kernels tried.
    private static readonly string[] AskedForByKernel =
    [
        "crc32c_generic",
        "crc32c_intel",
        "crc16",
        "mbcache",
        "jbd2",
        "libcrc32c",
        "dax",
        "nd_e820",
        "lz4",
    ];

    /// <summary>Builds the image, or takes it from the cache when nothing it is made of has changed.</summary>
    /// <param name="program">The lethe file.</param>
    /// <param name="kernel">The kernel whose modules go in.</param>
    /// <returns>The image's path.</returns>
    public string Build(string program, BootableKernel kernel)
    {
        string[] modules = [.. AlwaysLoaded, .. AskedForByKernel, .. Catalog.Modules];
        string init = InitScript();
        // The package database stands for the libraries: it changes with every package.
        IEnumerable<string> inputs =
        [
            program, .. Programs.Select(entry => entry.Source), "/var/lib/dpkg/status", "/etc/ld.so.cache", kernel.Configuration,
            .. ModuleTree.FilesOf(kernel.Modules, modules),
        ];
        string fingerprint = Fingerprint(inputs, init, string.Join(' ', [.. modules, .. LoadedLater]), kernel.Release);
        string image = cache.File($"images/{fingerprint}.cpio", path =>
        {
            using FileStream stream = File.Create(path);
            using var archive = new CpioWriter(stream);
            foreach (string directory in new[] { "/proc", "/sys", "/dev", "/mnt", "/run", "/tmp", "/boot" }) archive.Directory(directory);
            archive.File("/init", Encoding.UTF8.GetBytes(init));
            var libraries = new SortedSet<string>(StringComparer.Ordinal);
            foreach ((string source, string[] names) in Programs.Prepend((program, [GuestPaths.Program])))
            {
                archive.File(names[0], File.ReadAllBytes(source));
                foreach (string link in names.Skip(1)) archive.Link(link, names[0]);
                libraries.UnionWith(SharedLibraries.Of(source));
            }

            foreach (string library in LoadedLater.Select(SharedLibraries.Find))
            {
                libraries.Add(library);
                libraries.UnionWith(SharedLibraries.Of(library));
            }

            // Where an audit looks for it.
            if (File.Exists(kernel.Configuration))
                archive.File($"/boot/{Path.GetFileName(kernel.Configuration)}", File.ReadAllBytes(kernel.Configuration));
            foreach (string library in libraries) archive.File(library, File.ReadAllBytes(library));
            foreach ((string name, byte[] content) in ModuleTree.Reduce(kernel.Modules, kernel.Release, modules))
                archive.File(name, content);
        });
        cache.Prune("images", "*.cpio", KeptImages);
        return image;
    }

    internal static string InitScript()
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("init.sh")!;
        return new StreamReader(resource).ReadToEnd();
    }

    private static string Fingerprint(IEnumerable<string> files, params IEnumerable<string> texts)
    {
        var description = new StringBuilder();
        foreach (string file in files)
        {
            var info = new FileInfo(file);
            if (info.Exists) description.AppendLine($"{file} {info.Length} {info.LastWriteTimeUtc.Ticks}");
        }

        foreach (string text in texts) description.AppendLine(text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description.ToString())))[..24];
    }
}
