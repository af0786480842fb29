namespace Lethe.Evidence.Proof;

/// <summary>What a route does, for reports.</summary>
/// <param name="Name"><c>medium/way</c>.</param>
/// <param name="Medium">The medium's name.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Control">Keeps its data on purpose.</param>
public sealed record RouteDescription(string Name, string Medium, string Meaning, bool Control);

/// <summary>A whole proof, as <c>--json</c> writes it.</summary>
public sealed record ProofReport
{
    /// <summary>The name and version of this document's form.</summary>
    public string Schema { get; } = "lethe.prove/1";

    /// <summary>Lethe's version.</summary>
    public required string Version { get; init; }

    /// <summary>When the run began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Milliseconds it took.</summary>
    public required long DurationMs { get; init; }

    /// <summary>What ran the machine: <c>kvm</c> or <c>tcg</c>.</summary>
    public required string Accelerator { get; init; }

    /// <summary>The machine's memory, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Bytes of canary asked for per route; some media take less.</summary>
    public required long PlantBytes { get; init; }

    /// <summary>The routes tried, in order.</summary>
    public required IReadOnlyList<RouteDescription> Routes { get; init; }

    /// <summary>The kernel option sets compared, in order.</summary>
    public required IReadOnlyList<string> OptionSets { get; init; }

    /// <summary>One entry for each route and option set.</summary>
    public required IReadOnlyList<RouteRun> Runs { get; init; }
}
