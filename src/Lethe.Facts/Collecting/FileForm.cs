namespace Lethe.Facts.Collecting;

/// <summary>A kind of file that can be given by itself.</summary>
/// <param name="Name">As users write it before a colon, to say what a file is.</param>
/// <param name="Recognises">Whether a file, by its name and text, is one.</param>
/// <param name="PathOf">Where rules look for it, by a name that no other file given has.</param>
internal sealed record FileForm(string Name, Func<string, string, bool> Recognises, Func<string, string> PathOf)
{
    /// <summary>Refuses a file that is broken; told its text and what users call it.</summary>
    public Action<string, string> Check { get; init; } = (_, _) => { };

    /// <summary>
    /// Takes a file that says several things apart; null when the file is one fact as it stands. Told the name that no other file has, the
    /// text and what users call it.
    /// </summary>
    public Func<string, string, string, IEnumerable<Fact>>? Parts { get; init; }

    /// <summary>All forms; the first that recognises a file has it.</summary>
    public static IReadOnlyList<FileForm> All { get; } =
    [
        .. StructuredForms.All,
        new(
            "kernel-config",
            (_, text) =>
                HasLine(text, line =>
                    line.StartsWith("CONFIG_", StringComparison.Ordinal)
                    || (line.StartsWith("# CONFIG_", StringComparison.Ordinal) && line.EndsWith("is not set", StringComparison.Ordinal))
                ),
            name => $"/boot/config-{name}"
        ),
        new(
            "grub",
            (name, text) => HasLine(text, line => line.StartsWith("GRUB_CMDLINE_LINUX", StringComparison.Ordinal)),
            name => $"/etc/default/grub.d/{name}.cfg"
        ),
        new("coredump", (_, text) => HasLine(text, line => line == "[Coredump]"), name => $"/etc/systemd/coredump.conf.d/{name}.conf"),
        new("journald", (_, text) => HasLine(text, line => line == "[Journal]"), name => $"/etc/systemd/journald.conf.d/{name}.conf"),
        new(
            "kdump",
            (name, text) => name == "kdump.conf" || HasLine(text, line => line.StartsWith("core_collector ", StringComparison.Ordinal)),
            _ => "/etc/kdump.conf"
        ),
        new(
            "kdump-tools",
            (name, text) => name == "kdump-tools" || HasLine(text, line => line.StartsWith("KDUMP_COREDIR=", StringComparison.Ordinal)),
            _ => "/etc/default/kdump-tools"
        ),
        new("crypttab", (name, _) => name.Contains("crypttab", StringComparison.Ordinal), _ => "/etc/crypttab"),
        new("fstab", (name, _) => name.Contains("fstab", StringComparison.Ordinal), _ => "/etc/fstab"),
        new(
            "cmdline",
            (name, text) =>
                name.Contains("cmdline", StringComparison.Ordinal)
                || text.StartsWith("BOOT_IMAGE=", StringComparison.Ordinal)
                || HasWord(text, "root="),
            name => $"/etc/kernel/cmdline.d/{name}.conf"
        ),
        new(
            "sysctl",
            (name, text) => name.Contains("sysctl", StringComparison.Ordinal) || HasLine(text, IsSetting),
            name => $"/etc/sysctl.d/{name}.conf"
        ),
    ];

    /// <summary>The facts that a file of this form is.</summary>
    /// <param name="name">A name that no other file given has.</param>
    /// <param name="text">The text.</param>
    /// <param name="source">What users call it.</param>
    /// <exception cref="FactsException">It is broken.</exception>
    public IEnumerable<Fact> FactsOf(string name, string text, string source)
    {
        Check(text, source);
        return Parts?.Invoke(name, text, source) ?? [new Fact(PathOf(name), text, Source: source)];
    }

    // "vm.swappiness = 1": a first part that sysctl knows.
    private static bool IsSetting(string line) =>
        line.TrimStart('-') is var text
        && text.IndexOf('=') > 0
        && ((string[])["kernel.", "vm.", "fs.", "net.", "kernel/", "vm/", "fs/", "net/"]).Any(area =>
            text.StartsWith(area, StringComparison.Ordinal)
        );

    /// <summary>Whether one of the first lines is such a line.</summary>
    internal static bool HasLine(string text, Func<string, bool> fits) => text.Split('\n').Take(10_000).Any(line => fits(line.Trim()));

    private static bool HasWord(string text, string start) =>
        !text.Trim().Contains('\n') && text.Split(' ').Any(word => word.StartsWith(start, StringComparison.Ordinal));
}
