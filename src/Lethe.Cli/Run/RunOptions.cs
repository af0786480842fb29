using Lethe.Disposal.Running;
using Lethe.Evidence;
using Lethe.Linux;
using Lethe.Media;
using Lethe.Media.Sealing;

namespace Lethe.Cli.Run;

/// <summary>Reads and checks what the user asked for.</summary>
internal static class RunOptions
{
    private const long LeastScratch = 8L << 20, LeastMemory = 16L << 20;
    private const int SignatureBytes = 128 << 10;

    /// <summary>Seals that can be left out.</summary>
    private static readonly string[] Optional = ["execve", .. Seals.All.Select(seal => seal.Medium.Name)];

    /// <exception cref="RunException">Something is not possible.</exception>
    public static SealOptions Of(
        bool strict, bool scrub, MemfdPolicy memfd, string[] volatileDirectories, string? scratch, string? scratchOn, bool readOnly, bool keepCache, string? memoryLimit, string[] without, bool overwrite)
    {
        foreach (string directory in volatileDirectories)
        {
            if (!Path.IsPathRooted(directory)) throw Wrong($"--volatile {Printable.Of(directory)} is not a full path", "write it from / on");
            if (directory.TrimEnd('/') is "" or "/proc" or "/sys" or "/dev") throw Wrong($"--volatile {directory} would hide what every command needs", "name a directory below it");
        }

        if (without.FirstOrDefault(name => !Optional.Contains(name)) is { } unknown)
            throw Wrong($"there is no seal {Printable.Of(unknown)}", $"seals are {string.Join(", ", Optional)}");
        long? scratchBytes = scratch is null ? null : Size("--scratch", scratch, LeastScratch);
        if (scratchOn is not null) CheckScratchPlace(scratchOn, overwrite);
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

    // A device is overwritten, so it has to be one, and to look unused, unless the user says otherwise.
    private static void CheckScratchPlace(string path, bool overwrite)
    {
        if (Directory.Exists(path)) return;
        using Descriptor device = OpenPlace(path);
        if (!FileStatus.Of(device).IsBlockDevice) throw Wrong($"--scratch-on {Printable.Of(path)} is neither a directory nor a block device", "name one of these");
        byte[] start = new byte[SignatureBytes];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!overwrite && start.AsSpan().ContainsAnyExcept((byte)0))
            throw Wrong($"--scratch-on {Printable.Of(path)} would overwrite what is on it", "its beginning is not empty; add --yes when nothing there is needed any more");
    }

    private static Descriptor OpenPlace(string path)
    {
        try
        {
            return Descriptor.Open(path, FileCalls.O_RDONLY | FileCalls.O_NONBLOCK);
        }
        catch (LinuxException failure)
        {
            throw Wrong($"--scratch-on cannot be used: {Printable.Of(failure.Message)}", "name a directory or a block device");
        }
    }

    private static long Size(string option, string text, long least)
    {
        if (!ByteSize.TryParse(text, out long bytes)) throw Wrong($"{option} {Printable.Of(text)} is not a size", "write it like 512M or 8M");
        return bytes >= least ? bytes / 4096 * 4096 : throw Wrong($"{option} {text} is too small", $"give at least {ByteSize.Format(least)}");
    }

    private static RunException Wrong(string message, string hint) => new(message, hint, ExitCode.Usage);
}
