using Lethe.Facts;
using Lethe.Facts.Views;

namespace Lethe.Media.Auditing.Repairing;

/// <summary>
/// Settings of sysctl.d(5), tmpfiles.d(5) and systemd's drop-ins. Lines of other files that would override them are disabled.
/// </summary>
internal static class SettingFiles
{
    private const string System = "etc/sysctl.d/60-lethe.conf",
        Kernel = "etc/tmpfiles.d/60-lethe.conf",
        Title = "Settings that leave nothing of ended workloads readable.";

    /// <summary>Adds settings of sysctl(8).</summary>
    public static void Add(HostFiles files, IReadOnlyList<SystemSetting> settings)
    {
        if (settings.Count == 0) return;
        files.Add(System, Title, settings.Select(setting => $"{setting.Name} = {setting.Value}").Order(StringComparer.Ordinal));
        // The last file counts, and the old /etc/sysctl.conf comes after all others.
        foreach (SystemSetting setting in settings)
            PutOutOfUse(files, SystemSettings.Lines(files.Facts, setting.Name), "etc/sysctl.d/", setting.Value, file =>
                !PathPattern.Matches("/*/sysctl.d/*", file) && !PathPattern.Matches("/*/*/sysctl.d/*", file)
                || string.CompareOrdinal(NameOf(file), NameOf(System)) >= 0
            );
    }

    /// <summary>Adds values that are written to files of /sys at each start.</summary>
    public static void Add(HostFiles files, IReadOnlyList<KernelFile> settings)
    {
        if (settings.Count == 0) return;
        // The first line for a file counts.
        foreach (KernelFile setting in settings)
            PutOutOfUse(files, KernelFiles.Lines(files.Facts, setting.Path), "etc/tmpfiles.d/", setting.Value, file =>
                string.CompareOrdinal(NameOf(file), NameOf(Kernel)) <= 0
            );
        files.Add(Kernel, Title, settings.Select(LineOf).Order(StringComparer.Ordinal));
    }

    /// <summary>Adds drop-ins, each key under its section.</summary>
    public static void Add(HostFiles files, IReadOnlyList<DropIn> dropIns)
    {
        foreach (IGrouping<string, DropIn> file in dropIns.GroupBy(dropIn => SafePath.Of(dropIn.Path)))
            foreach (IGrouping<string, DropIn> section in file.GroupBy(dropIn => dropIn.Section))
                files.Add(file.Key, Title, section.Select(dropIn => $"{dropIn.Key}={dropIn.Value}"), section.Key);
    }

    /// <summary>The setting as a line of tmpfiles.d(5).</summary>
    public static string LineOf(KernelFile setting)
    {
        string value = setting.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal);
        return $"w {setting.Path} - - - - {value}";
    }

    private static void PutOutOfUse(
        HostFiles files,
        IEnumerable<(Reading File, TextLine Line, string Value)> lines,
        string directory,
        string value,
        Func<string, bool> wins
    )
    {
        if (files.Facts.Scope == FactScope.Files) return;
        foreach ((Reading file, TextLine line, string other) in lines.ToArray())
        {
            if (other == value || !wins(file.Path)) continue;
            string path = file.Path.StartsWith("/etc/", StringComparison.Ordinal) ? file.Path[1..] : directory + NameOf(file.Path);
            files.Change(file.Path, path, text => text.TrimEnd('\r') == line.Text ? HostFiles.Disabled(text) : text);
        }
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
