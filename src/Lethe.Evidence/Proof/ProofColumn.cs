namespace Lethe.Evidence.Proof;

/// <summary>One column of a proof's table: under these kernel options, with or without <c>lethe run</c>.</summary>
/// <param name="Options">What was added to the kernel's command line.</param>
/// <param name="Protection">What the workload ran under.</param>
public sealed record ProofColumn(string Options, Protection Protection)
{
    /// <summary>The name for people; what the user gave is in it as it was given.</summary>
    public string Title
    {
        get
        {
            string options = Options.Length == 0 ? "kernel's default" : Options;
            return Protection == Protection.Lethe ? $"{options}, lethe run" : options;
        }
    }
}
