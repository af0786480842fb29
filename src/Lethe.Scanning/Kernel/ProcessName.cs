using System.Globalization;

namespace Lethe.Scanning.Kernel;

/// <summary>A process, as owners of pages are told.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="Name">The name of its first thread (comm), not escaped.</param>
internal readonly record struct ProcessName(int Id, string Name)
{
    private const int MostListed = 3;

    /// <summary>For example <c>process 812 (sshd)</c>; the first three when there are more.</summary>
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
