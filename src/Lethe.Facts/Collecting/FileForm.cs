namespace Lethe.Facts.Collecting;

/// <summary>A kind of file that can be given by itself.</summary>
/// <param name="Name">As users write it before a colon, to say what a file is.</param>
/// <param name="Recognises">Whether a file, by its name and text, is one.</param>
/// <param name="PathOf">Where rules look for it, by a name that no other file given has.</param>
internal sealed record FileForm(string Name, Func<string, string, bool> Recognises, Func<string, string> PathOf)
{
    /// <summary>All forms; the first that recognises a file has it.</summary>
    public static IReadOnlyList<FileForm> All { get; } =
    [
        new("kernel-config", (_, text) => HasLine(text, line => line.StartsWith("CONFIG_", StringComparison.Ordinal) || (line.StartsWith("# CONFIG_", StringComparison.Ordinal) && line.EndsWith("is not set", StringComparison.Ordinal))), name => $"/boot/config-{name}"),
        new("grub", (name, text) => HasLine(text, line => line.StartsWith("GRUB_CMDLINE_LINUX", StringComparison.Ordinal)), name => $"/etc/default/grub.d/{name}.cfg"),
        new("crypttab", (name, _) => name.Contains("crypttab", StringComparison.Ordinal), _ => "/etc/crypttab"),
        new("fstab", (name, _) => name.Contains("fstab", StringComparison.Ordinal), _ => "/etc/fstab"),
        new("cmdline", (name, text) => name.Contains("cmdline", StringComparison.Ordinal) || text.StartsWith("BOOT_IMAGE=", StringComparison.Ordinal) || HasWord(text, "root="), name => $"/etc/kernel/cmdline.d/{name}.conf"),
        new("sysctl", (name, text) => name.Contains("sysctl", StringComparison.Ordinal) || HasLine(text, IsSetting), name => $"/etc/sysctl.d/{name}.conf"),
    ];

    // "vm.swappiness = 1": a first part that sysctl knows.
    private static bool IsSetting(string line) =>
        line.TrimStart('-') is var text && text.IndexOf('=') > 0 && ((string[])["kernel.", "vm.", "fs.", "net.", "kernel/", "vm/", "fs/", "net/"]).Any(area => text.StartsWith(area, StringComparison.Ordinal));

    private static bool HasLine(string text, Func<string, bool> fits) => text.Split('\n').Take(10_000).Any(line => fits(line.Trim()));

    private static bool HasWord(string text, string start) => !text.Trim().Contains('\n') && text.Split(' ').Any(word => word.StartsWith(start, StringComparison.Ordinal));
}
