using System.Globalization;

namespace Lethe.Scanning.Kernel;

/// <summary>A process, as reports name the owner of a page.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="Name">The name of its first thread (comm), not escaped.</param>
internal readonly record struct ProcessName(int Id, string Name)
{
    private const int MostListed = 3;

    /// <summary>Names processes, for example <c>process 812 (sshd)</c>. Of more than three, only the first three are named.</summary>
    /// <returns>Null when there are none.</returns>
    public static string? Describe(IEnumerable<ProcessName> processes)
    {
        ProcessName[] all = [.. processes.Distinct().OrderBy(process => process.Id)];
        if (all.Length == 0) return null;
        string listed = string.Join(", ", all.Take(MostListed));
        return all.Length <= MostListed
            ? listed
            : string.Create(CultureInfo.InvariantCulture, $"{listed} and {all.Length - MostListed} more");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {Id} ({Name})");
}
