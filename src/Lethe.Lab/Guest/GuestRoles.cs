namespace Lethe.Lab.Guest;

/// <summary>What lethe is in the laboratory's guest, whose first process and workload are this same file.</summary>
internal static class GuestRoles
{
    /// <summary>Plays the role that the arguments name.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <returns>The exit code; null when they name none, and the program is to go on.</returns>
    public static int? Play(IReadOnlyList<string> arguments) => arguments switch
    {
        [GuestPaths.KeeperVerb] => KeeperProcess.Run(),
        [GuestPaths.WorkloadVerb] => WorkloadProcess.Run(),
        _ => null,
    };
}
