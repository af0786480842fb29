using Lethe.Media.Sealing;

namespace Lethe.Disposal.Running;

/// <summary>What is to be run, and how.</summary>
public sealed record RunRequest
{
    /// <summary>This program's own file, which is started again as the launcher.</summary>
    public required string Program { get; init; }

    /// <summary>How many words at the end of this process's own arguments are the command.</summary>
    public required int CommandWords { get; init; }

    /// <summary>How it is sealed.</summary>
    public required RunPlan Plan { get; init; }

    /// <summary>What the user wants of the seals.</summary>
    public SealOptions Options => Plan.Conditions.Options;
}
