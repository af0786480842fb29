using Lethe.Evidence.Certificates;

namespace Lethe.Disposal.Running;

/// <summary>How a workload ended and what became of its data.</summary>
public sealed record RunResult
{
    /// <summary>When the command was executed, UTC.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>When the last process had ended, UTC.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>The command's wait status (wait(2)).</summary>
    public required int Status { get; init; }

    /// <summary>Medium by medium.</summary>
    public required IReadOnlyList<MediumOutcome> Media { get; init; }

    /// <summary>Media that stay open although the plan did not say so.</summary>
    public required IReadOnlyList<string> Unplanned { get; init; }

    /// <summary>Bytes wiped: processes' memory and objects.</summary>
    public required long WipedBytes { get; init; }

    /// <summary>Milliseconds spent wiping, the scrub not included.</summary>
    public required long WipeMs { get; init; }

    /// <summary>Processes and threads that were followed.</summary>
    public required int Tasks { get; init; }

    /// <summary>Processes that were killed because the workload's memory was used up.</summary>
    public long OutOfMemoryKills { get; init; }

    /// <summary>What the command returned, or null when a signal ended it.</summary>
    public int? ExitCode => (Status & 0x7f) == 0 ? Status >> 8 & 0xff : null;

    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal => (Status & 0x7f) == 0 ? null : Status & 0x7f;

    /// <summary>What a shell would say: the exit code, or 128 and the signal.</summary>
    public int ShellCode => ExitCode ?? 128 + Signal!.Value;
}
