using System.CommandLine;
using Lethe.Disposal.Workloads;
using Lethe.Evidence;
using Lethe.Media.Matrix;
using Lethe.Media.ScratchStorage;
using Lethe.Media.Sealing;

namespace Lethe.Cli.Run;

/// <summary>Reads and checks what the user asked for.</summary>
internal static class RunOptions
{
    private const long LeastScratch = 8L << 20, LeastMemory = 16L << 20;

    private static readonly string[] MemfdPolicies = [.. Enum.GetNames<MemfdPolicy>().Select(name => name.ToLowerInvariant())];

    /// <summary>Seals that can be left out.</summary>
    private static readonly string[] Optional = ["execve", .. MediaMatrix.Seals.Select(seal => seal.Medium.Name)];

    private static readonly Option<bool> Strict = new("--strict")
    {
        Description = "Wipe memory also when a process gives it back while it lives.",
    };

    private static readonly Option<bool> Scrub = new("--scrub")
    {
        Description = "Scrub free memory at the end: closes kernel buffers and page cache.",
    };

    private static readonly Option<string> Memfd = new("--memfd")
    {
        Description = "memfd: keep (lethe creates and wipes them), deny, allow.",
        HelpName = "HOW",
        DefaultValueFactory = _ => "keep",
    };

    private static readonly Option<string[]> VolatileDirectories = new("--volatile")
    {
        Description = "Give the workload a private tmpfs here. Repeatable.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Scratch = new("--scratch")
    {
        Description = "Give it an encrypted scratch directory of this size, named in LETHE_SCRATCH.",
        HelpName = "SIZE",
    };

    private static readonly Option<string?> ScratchOn = new("--scratch-on")
    {
        Description = "The block device, or the directory for a file, that it lies on. [default: /var/tmp]",
        HelpName = "PATH",
    };

    private static readonly Option<bool> Yes = new("--yes")
    {
        Description = "Overwrite the device of --scratch-on although it is not empty.",
    };

    private static readonly Option<bool> ReadOnly = new("--read-only")
    {
        Description = "Make everything but the private places read-only.",
    };

    private static readonly Option<string> Cache = new("--cache")
    {
        Description = "Drop or keep the page cache of files it used: drop, keep.",
        HelpName = "WHAT",
        DefaultValueFactory = _ => "drop",
    };

    private static readonly Option<string?> MemoryLimit = new("--memory-limit")
    {
        Description = "The most memory it may have, or none. [default: what is free, less a reserve]",
        HelpName = "SIZE",
    };

    private static readonly Option<string[]> Without = new("--without")
    {
        Description = "Leave a seal out, to see what it is good for. Repeatable.",
        HelpName = "SEAL",
        Hidden = true,
    };

    /// <summary>The options that say how a workload is sealed.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [Strict, Scrub, Memfd, VolatileDirectories, Scratch, ScratchOn, Yes, ReadOnly, Cache, MemoryLimit, Without];

    /// <summary>What the command line says.</summary>
    /// <exception cref="WorkloadException">Something is not possible.</exception>
    public static SealOptions Of(ParseResult parsed)
    {
        string[] without = [.. (parsed.GetValue(Without) ?? []).Select(name => Among(Without, name, Optional))];
        string memfd = Among(Memfd, parsed.GetValue(Memfd)!, MemfdPolicies);
        string? scratch = parsed.GetValue(Scratch), scratchOn = parsed.GetValue(ScratchOn), limit = parsed.GetValue(MemoryLimit);
        if (scratchOn is not null && scratch is null) throw Wrong("--scratch-on says where, but not how large", "add --scratch SIZE");
        return new SealOptions
        {
            Strict = parsed.GetValue(Strict),
            Scrub = parsed.GetValue(Scrub),
            Memfd = Enum.Parse<MemfdPolicy>(memfd, ignoreCase: true),
            VolatileDirectories = [.. (parsed.GetValue(VolatileDirectories) ?? []).Select(PrivateDirectory)],
            ScratchBytes = scratch is null ? null : ScratchSize(scratch, scratchOn),
            ScratchOn = scratchOn,
            OverwritesDevice = parsed.GetValue(Yes),
            ReadOnly = parsed.GetValue(ReadOnly),
            KeepCache = Among(Cache, parsed.GetValue(Cache)!, ["drop", "keep"]) == "keep",
            MemoryLimit = limit switch { null => null, "none" => 0, _ => Size(MemoryLimit, limit, LeastMemory) },
            Without = without,
        };
    }

    private static string Among(Option option, string given, IReadOnlyCollection<string> allowed) =>
        allowed.Contains(given)
            ? given
            : throw Wrong($"{option.Name} {Printable.Of(given)} is not known", $"give one of {string.Join(", ", allowed)}");

    private static string PrivateDirectory(string directory)
    {
        if (!Path.IsPathRooted(directory)) throw Wrong($"--volatile {Printable.Of(directory)} is not a full path", "write it from / on");
        return directory.TrimEnd('/') is "" or "/proc" or "/sys" or "/dev"
            ? throw Wrong($"--volatile {directory} would hide what every command needs", "name a directory below it")
            : Path.GetFullPath(directory);
    }

    private static long Size(Option option, string text, long least)
    {
        if (!ByteSize.TryParse(text, out long bytes))
            throw Wrong($"{option.Name} {Printable.Of(text)} is not a size", "write it like 512M or 8M");
        return bytes >= least
            ? bytes / 4096 * 4096
            : throw Wrong($"{option.Name} {text} is too small", $"give at least {ByteSize.Format(least)}");
    }

    private static long ScratchSize(string text, string? place)
    {
        long bytes = Size(Scratch, text, LeastScratch);
        return ScratchRoom.Free(place) is not { } free || bytes <= free.Bytes
            ? bytes
            : throw new WorkloadException(
                $"--scratch {text} does not fit: {ByteSize.Format(free.Bytes)} are free {Printable.Of(free.Where)}",
                "ask for less, or name another place with --scratch-on",
                ExitCode.OperationalError
            );
    }

    private static WorkloadException Wrong(string message, string hint) => new(message, hint, ExitCode.Usage);
}
