namespace Lethe.Evidence.Proof;

/// <summary>What a route does, for reports.</summary>
/// <param name="Name"><c>medium/way</c>.</param>
/// <param name="Medium">The medium's name.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Control">Keeps its data on purpose.</param>
/// <param name="WhenProtected">What is different under <c>lethe run</c>; null when nothing is.</param>
/// <param name="LeftOut">Why it is not taken under <c>lethe run</c>; null when it is.</param>
internal sealed record RouteDescription(
    string Name,
    string Medium,
    string Meaning,
    bool Control,
    string? WhenProtected = null,
    string? LeftOut = null
);

/// <summary>A whole proof, as <c>--json</c> writes it.</summary>
internal sealed record ProofReport
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

    /// <summary>The options of <c>lethe run</c> in the arm that ran under it; null when there was no such arm.</summary>
    public string? ProtectedWith { get; init; }

    /// <summary>One entry for each route, option set and protection; none for routes that are left out there.</summary>
    public required IReadOnlyList<RouteRun> Runs { get; init; }

    /// <summary>The columns of the table: for each option set without <c>lethe run</c>, then with it.</summary>
    public IReadOnlyList<ProofColumn> Columns()
    {
        Protection[] protections = ProtectedWith is null ? [Protection.None] : [Protection.None, Protection.Lethe];
        return [.. from options in OptionSets from protection in protections select new ProofColumn(options, protection)];
    }

    /// <summary>What stands in the table: the run of a route in a column, if there was one.</summary>
    public IReadOnlyDictionary<(string Route, ProofColumn Column), RouteRun> Cells() => Runs.ToDictionary(run => (run.Route, run.Column()));
}
