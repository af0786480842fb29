using System.Text.Json.Serialization;

namespace Lethe.Evidence.Proof;

/// <summary>One route, tried once under one kernel and one set of options.</summary>
public sealed record RouteRun
{
    /// <summary><c>medium/way</c>.</summary>
    public required string Route { get; init; }

    /// <summary>The medium's name.</summary>
    public required string Medium { get; init; }

    /// <summary>The kernel's release.</summary>
    public required string Kernel { get; init; }

    /// <summary>What was added to the kernel's command line.</summary>
    public required string Options { get; init; }

    /// <summary>What the kernel then did; null when the machine did not get that far.</summary>
    public EffectiveState? Effective { get; init; }

    /// <summary>What the workload ran under.</summary>
    public Protection Protection { get; init; }

    /// <summary>True for a route that keeps its data on purpose: it shows that the detector sees.</summary>
    public bool Control { get; init; }

    /// <summary>Bytes of canary planted.</summary>
    public long PlantedBytes { get; init; }

    /// <summary>Bytes of it seen while the workload lived, each counted once.</summary>
    public long LiveBytes { get; init; }

    /// <summary>What was found after the end, place by place.</summary>
    public IReadOnlyList<Residue> Residue { get; init; } = [];

    /// <summary>What a scrub of free memory did; null when there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScrubEffect? Scrub { get; init; }

    /// <summary>Milliseconds from the end to the first look that found what the last look found.</summary>
    public long SettledMs { get; init; }

    /// <summary>Milliseconds the whole route took.</summary>
    public long DurationMs { get; init; }

    /// <summary>Where the time went; null when the route did not get to its end.</summary>
    public RouteTimings? Timings { get; init; }

    /// <summary>True when the virtual machine was lost twice: an accident of the laboratory, no verdict on the route.</summary>
    public bool LostMachine { get; init; }

    /// <summary>
    /// True when a seal of <c>lethe run</c> refused the workload the way into the medium. Nothing came in, so there is
    /// nothing to look for: the verdict is unsupported, but nothing was left undone.
    /// </summary>
    public bool Refused { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why, for a verdict other than clean and residue.</summary>
    public string? Reason { get; init; }

    /// <summary>Where the run stands in the table.</summary>
    public ProofColumn Column() => new(Options, Protection);

    /// <summary>Bytes found after the end, everywhere.</summary>
    public long ResidueBytes() => Residue.Sum(place => place.Bytes);
}
