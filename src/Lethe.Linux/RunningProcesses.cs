using System.Globalization;

namespace Lethe.Linux;

/// <summary>The processes of this machine; each may end at any time.</summary>
internal static class RunningProcesses
{
    /// <summary>Their numbers, without those of other users' processes where <c>/proc</c> hides them.</summary>
    /// <exception cref="LinuxException">/proc cannot be listed.</exception>
    public static IEnumerable<int> All()
    {
        foreach (string name in VanishingFiles.TryList("/proc") ?? [])
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int process)) yield return process;
    }

    /// <summary>Whether other users' processes are hidden (hidepid of proc(5)): process 1 always exists.</summary>
    public static bool AreHidden => !File.Exists("/proc/1/comm");
}
