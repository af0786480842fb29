using Lethe.Disposal.Running;
using Lethe.Evidence;
using Lethe.Media;
using Lethe.Media.Sealing;

namespace Lethe.Cli.Run;

/// <summary>Reads and checks what the user asked for.</summary>
internal static class RunOptions
{
    private const long LeastScratch = 8L << 20, LeastMemory = 16L << 20;

    /// <summary>Seals that can be left out.</summary>
    private static readonly string[] Optional = ["execve", .. Seals.All.Select(seal => seal.Medium.Name)];

    /// <exception cref="RunException">Something is not possible.</exception>
    public static SealOptions Of(
        bool strict, bool scrub, MemfdPolicy memfd, string[] volatileDirectories, string? scratch, string? scratchOn, bool readOnly, bool keepCache, string? memoryLimit, string[] without)
    {
        foreach (string directory in volatileDirectories)
        {
            if (!Path.IsPathRooted(directory)) throw Wrong($"--volatile {Printable.Of(directory)} is not a full path", "write it from / on");
            if (directory.TrimEnd('/') is "" or "/proc" or "/sys" or "/dev") throw Wrong($"--volatile {directory} would hide what every command needs", "name a directory below it");
        }

        if (without.FirstOrDefault(name => !Optional.Contains(name)) is { } unknown)
            throw Wrong($"there is no seal {Printable.Of(unknown)}", $"seals are {string.Join(", ", Optional)}");
        long? scratchBytes = scratch is null ? null : Size("--scratch", scratch, LeastScratch);
        if (scratchOn is not null && !Path.Exists(scratchOn)) throw Wrong($"--scratch-on {Printable.Of(scratchOn)} is not there", "name a directory or a block device");
        return new SealOptions
        {
            Strict = strict,
            Scrub = scrub,
            Memfd = without.Contains("memfd") ? MemfdPolicy.Allow : memfd,
            VolatileDirectories = [.. volatileDirectories.Select(Path.GetFullPath)],
            ScratchBytes = scratchBytes,
            ScratchOn = scratchOn,
            ReadOnly = readOnly,
            KeepCache = keepCache,
            MemoryLimit = memoryLimit switch { null => null, "none" => 0, _ => Size("--memory-limit", memoryLimit, LeastMemory) },
            Without = without,
        };
    }

    private static long Size(string option, string text, long least)
    {
        if (!ByteSize.TryParse(text, out long bytes)) throw Wrong($"{option} {Printable.Of(text)} is not a size", "write it like 512M or 8M");
        return bytes >= least ? bytes / 4096 * 4096 : throw Wrong($"{option} {text} is too small", $"give at least {ByteSize.Format(least)}");
    }

    private static RunException Wrong(string message, string hint) => new(message, hint, ExitCode.Usage);
}
