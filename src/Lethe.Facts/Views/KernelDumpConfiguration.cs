using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>
/// What kdump writes when the kernel crashes, and where: <c>/etc/kdump.conf</c> (Fedora, RHEL), <c>/etc/default/kdump-tools</c> (Debian,
/// Ubuntu) or <c>/etc/sysconfig/kdump</c> (SUSE). All three leave out everything they can (<c>-d 31</c>) unless they are told otherwise.
/// </summary>
internal sealed class KernelDumpConfiguration
{
    private const string Fedora = "/etc/kdump.conf", Debian = "/etc/default/kdump-tools", Suse = "/etc/sysconfig/kdump";

    private static readonly string[] FileSystems = ["ext2", "ext3", "ext4", "xfs", "btrfs", "minix", "f2fs"];

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = [Fedora, Debian, Suse];

    /// <summary>Reads it out of facts.</summary>
    public static KernelDumpConfiguration Of(HostFacts facts)
    {
        Reading[] files = [.. Wants.Select(facts.Read)];
        if (files.FirstOrDefault(file => file.Text is not null) is not { } file)
            return new KernelDumpConfiguration
            {
                Problem = files.FirstOrDefault(one => one.IsUnknown) is { } unknown
                    ? $"{unknown.Source}: {unknown.Problem}"
                    : $"none of {string.Join(", ", Wants)} is there",
            };
        var configuration = new KernelDumpConfiguration
        {
            Problem = file.Problem,
            Evidence = [file.Evidence with { Text = "nothing here changes the defaults" }],
        };
        foreach (TextLine line in file.Lines)
            if (file.Path == Fedora) configuration.TakeWords(line);
            else configuration.TakeAssignment(line);
        return configuration;
    }

    /// <summary>Why it is not known; null when it is.</summary>
    public string? Problem { get; private init; }

    /// <summary>The kinds of pages that are left out, as bits: 1 zero, 2 and 4 cache, 8 of processes, 16 free (makedumpfile(8)).</summary>
    public int LeftOut { get; private set; } = 31;

    /// <summary>The directory it is written to.</summary>
    public string Directory { get; private set; } = "/var/crash";

    /// <summary>The device it is written to, when that is not the one that holds the directory; null otherwise. Untrusted.</summary>
    public string? Device { get; private set; }

    /// <summary>The other host it is sent to; null for none. Untrusted.</summary>
    public string? Elsewhere { get; private set; }

    /// <summary>The lines that decide.</summary>
    public IReadOnlyList<Citation> Evidence { get; private set; } = [];

    private void TakeWords(TextLine line)
    {
        if (line.Words is not [var name, var first, ..] || name.StartsWith('#')) return;
        if (name == "core_collector") LeftOut = Level(line.Words[1..]);
        else if (name == "path") Directory = first;
        else if (name is "nfs" or "ssh") Elsewhere = first;
        else if (name == "raw" || FileSystems.Contains(name)) Device = first;
        else return;
        Decides(line);
    }

    private void TakeAssignment(TextLine line)
    {
        string text = line.Text.Trim();
        int equals = text.IndexOf('=');
        if (equals <= 0 || text.StartsWith('#')) return;
        string value = text[(equals + 1)..].Trim().Trim('"', '\'');
        switch (text[..equals])
        {
            case "MAKEDUMP_ARGS":
                LeftOut = Level(["makedumpfile", .. value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]);
                break;
            case "KDUMP_DUMPLEVEL" when int.TryParse(value, out int level): LeftOut = level & 31; break;
            case "KDUMP_COREDIR": Directory = value; break;
            case "KDUMP_SAVEDIR" when value.StartsWith("file://", StringComparison.Ordinal): Directory = value["file://".Length..]; break;
            case "KDUMP_SAVEDIR" when value.Contains("://", StringComparison.Ordinal): Elsewhere = value; break;
            case "KDUMP_SAVEDIR" when value.StartsWith('/'): Directory = value; break;
            case "SSH" or "NFS" or "FTP" when value.Length > 0: Elsewhere = value; break;
            default: return;
        }

        Decides(line);
    }

    private void Decides(TextLine line) => Evidence = [.. Evidence.Where(evidence => evidence.Line is not null), line.Evidence];

    // Of several levels (-d 31,17) makedumpfile uses the first that fits the room it has, so that any may count. Other programs leave
    // nothing out.
    private static int Level(string[] words)
    {
        if (!words[0].EndsWith("makedumpfile", StringComparison.Ordinal)) return 0;
        for (int at = words.Length - 1; at > 0; at--)
        {
            string? levels =
                words[at] == "-d" && at + 1 < words.Length ? words[at + 1]
                : words[at].StartsWith("-d", StringComparison.Ordinal) && words[at].Length > 2 ? words[at][2..]
                : null;
            if (levels is not null)
                return levels.Split(',').Aggregate(31, (left, level) => left & (int.TryParse(level, out int bits) ? bits : 0));
        }

        return 0;
    }
}
