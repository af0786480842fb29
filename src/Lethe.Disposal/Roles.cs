using Lethe.Disposal.Launching;
using Lethe.Media.FreeMemory;

namespace Lethe.Disposal;

/// <summary>
/// What a program that ends workloads also is: it starts its own file again as the process that becomes a workload, and as those that
/// scrub free memory. Its first line calls this.
/// </summary>
public static class Roles
{
    /// <summary>Plays the role that the arguments name.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <returns>The exit code; null when they name none, and the program is to go on.</returns>
    public static int? Play(IReadOnlyList<string> arguments) => arguments switch
    {
        [Launcher.Verb, ..] => Launcher.Run(),
        [ScrubAfterDeath.Verb] => ScrubAfterDeath.Serve(),
        [ScrubProcess.Verb, _, _] => ScrubProcess.Serve([.. arguments.Skip(1)]),
        _ => null,
    };
}
