using System.IO.Compression;
using System.Text;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Facts.Collecting;

/// <summary>
/// What the running kernel says of itself: <c>kernel:log</c> (only lines that rules judge), <c>kernel:config</c> (what it was built with)
/// and <c>kernel:processor</c> (what it says of the first one; the others are the same).
/// </summary>
internal sealed class KernelFacts : ISpecialFacts
{
    private const int MostConfigurationBytes = 2 << 20;

    // The log tells much of a host that is nobody's business; the first line says whether its beginning is still there.
    private static readonly string[] Kept =
    [
        "Linux version",
        "Command line:",
        "mem auto-init",
        "page_poison",
        "PAGE_POISONING",
        "SLAB_POISON",
        "Memory Encryption",
        "SEV",
        "SME",
        "TDX",
        "TME",
        "DMAR", "AMD-Vi", "IOMMU", "Lockdown", "crashkernel", "zswap", "Kernel is locked down",
    ];

    /// <inheritdoc/>
    public IEnumerable<Fact> Collect(IReadOnlyList<string> patterns)
    {
        if (patterns.Contains("kernel:log")) yield return Log();
        if (patterns.Contains("kernel:config") && Configuration() is { } configuration) yield return configuration;
        if (patterns.Contains("kernel:processor")) yield return Processor();
    }

    private static Fact Log()
    {
        if (KernelLog.TryReadAll() is not { } log) return new Fact("kernel:log", Problem: "permission denied; run as root");
        return new Fact(
            "kernel:log",
            string.Join('\n', log.Split('\n').Where(line => Kept.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)))),
            Source: "kernel log"
        );
    }

    private static Fact Processor()
    {
        const string source = "/proc/cpuinfo";
        try
        {
            return new Fact(
                "kernel:processor",
                string.Join('\n', File.ReadLines(source).TakeWhile(line => line.Length > 0)),
                Source: source
            );
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Fact("kernel:processor", Problem: $"{source} cannot be read");
        }
    }

    private static Fact? Configuration()
    {
        string release = KernelRelease.OfThisMachine();
        bool denied = false;
        foreach (string path in (string[])["/proc/config.gz", $"/boot/config-{release}", $"/lib/modules/{release}/config"])
        {
            try
            {
                using Stream file = File.OpenRead(path);
                using Stream text = path.EndsWith(".gz", StringComparison.Ordinal)
                    ? new GZipStream(file, CompressionMode.Decompress)
                    : file;
                byte[] bytes = new byte[MostConfigurationBytes];
                int length = text.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                return new Fact(
                    "kernel:config",
                    Encoding.UTF8.GetString(bytes, 0, length),
                    Problem: length == bytes.Length ? $"only its first {length} bytes were read" : null,
                    Source: path
                );
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // The next place may have it.
                denied |= failure is UnauthorizedAccessException;
            }
        }

        return denied ? new Fact("kernel:config", Problem: "permission denied; run as root") : null;
    }
}
