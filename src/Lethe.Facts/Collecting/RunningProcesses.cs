using System.Globalization;

namespace Lethe.Facts.Collecting;

/// <summary>The processes of this machine, and small files of theirs; a process may go at any time.</summary>
internal static class RunningProcesses
{
    /// <summary>Their ids. Those of others are not among them when <c>/proc</c> hides them.</summary>
    public static IEnumerable<int> All()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) yield return id;
    }

    /// <summary>Whether others' processes are hidden (hidepid of proc(5)); the first process is always there.</summary>
    public static bool AreHidden => !File.Exists("/proc/1/comm");

    /// <summary>A file's text; null when the process is gone or does not show it.</summary>
    public static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
