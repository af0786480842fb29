using Lethe.Media.Auditing;
using Lethe.Media.Routes;
using Lethe.Media.Sealing;

namespace Lethe.Media.Matrix;

/// <summary>A column of the matrix: what Lethe does about a medium.</summary>
internal enum MatrixColumn
{
    /// <summary>Judges what a host keeps in it.</summary>
    Audit,

    /// <summary>Keeps a workload's data out of it, or keeps what is in it until the end.</summary>
    Seal,

    /// <summary>Clears it.</summary>
    Purge,

    /// <summary>Puts a canary into it, for proofs.</summary>
    Plant,

    /// <summary>Notices what ended workloads left in it.</summary>
    Watch,
}

/// <summary>
/// A row of the matrix: what fills each cell of a medium. An empty cell is still to be written, unless it makes no sense.
/// </summary>
/// <param name="Medium">The medium.</param>
internal sealed record MatrixRow(Medium Medium)
{
    /// <summary>Its rules for <c>lethe audit</c>: those of the host first, then those of containers and services.</summary>
    public IReadOnlyList<IAudit> Audits { get; init; } = [];

    /// <summary>What seals it during a run.</summary>
    public ISeal? Seal { get; init; }

    /// <summary>The type that clears the medium: its seal at the end of a run, or the scrub of free memory.</summary>
    public Type? Purge { get; init; }

    /// <summary>Its routes for <c>lethe prove</c>.</summary>
    public IPlant? Plant { get; init; }

    /// <summary>The cells that make no sense, and why.</summary>
    public IReadOnlyDictionary<MatrixColumn, string> MakesNoSense { get; init; } = new Dictionary<MatrixColumn, string>();

    /// <summary>Whether something fills a cell.</summary>
    public bool IsFilled(MatrixColumn column) => column switch
    {
        MatrixColumn.Audit => Audits.Count > 0,
        MatrixColumn.Seal => Seal is not null,
        MatrixColumn.Purge => Purge is not null,
        MatrixColumn.Plant => Plant is not null,
        _ => false,
    };
}
