using System.Text;
using Lethe.Evidence;

namespace Lethe.Media.Auditing.Repairing;

/// <summary>What a person has to do with the files, in the right order.</summary>
internal static class RepairInstructions
{
    /// <param name="host">The host; untrusted.</param>
    /// <param name="files">Its files.</param>
    /// <param name="wanted">Kernel parameters that were added.</param>
    /// <param name="unwanted">Kernel parameters that were removed where they were found.</param>
    /// <param name="byHand">Repairs that no file makes.</param>
    /// <param name="uses">Further files and what to do with each.</param>
    /// <param name="module">The module for NixOS; null without one.</param>
    public static string Of(
        string host,
        HostFiles files,
        IReadOnlyList<KernelParameter> wanted,
        IReadOnlyList<NoKernelParameter> unwanted,
        IReadOnlyList<Repair> byHand,
        IReadOnlyList<(string Path, string Use)> uses,
        string? module
    )
    {
        var text = new StringBuilder($"How to close what lethe audit found open on {Printable.Of(host)}\n\nNothing of this was applied.\n");
        int step = 0;
        string[] paths = [.. files.All.Keys];
        if (module is not null)
            Step($"On NixOS, name {module} in the imports of the configuration, and leave out the steps about files that it makes.");
        if (files.Copies.Count > 0)
            Step(
                "Compare the changed copies of the host's own files with what they were made of; of lines put out of use the old text "
                    + "stands behind \"# lethe:\".",
                files.Copies.Select(copy => $"diff -u {Word(copy.Value)} {Word(copy.Key)}")
            );
        if (paths.Length > 0)
            Step(
                "Copy these files to the same places below /.",
                paths.Select(path => $"install -D -m {ModeOf(files, path)} {Word(path)} {Word("/" + path)}")
            );
        if (wanted.Count + unwanted.Count > 0)
            Step("Let the boot loader take the kernel parameters, with the line that fits it.", BootLoaders(wanted, unwanted));
        if (paths.Any(path => path.StartsWith("etc/sysctl.d/", StringComparison.Ordinal) || path == "etc/sysctl.conf"))
            Step("Let the settings take effect at once.", ["sysctl --system"]);
        if (paths.Any(path => path.StartsWith("etc/tmpfiles.d/", StringComparison.Ordinal)))
            Step("Let the files of /sys take effect at once.", ["systemd-tmpfiles --create --prefix=/sys"]);
        if (paths.Any(path => path.StartsWith("etc/systemd/", StringComparison.Ordinal)))
            Step("Let systemd read its files, and restart the units that changed.", ["systemctl daemon-reload"]);
        foreach ((string path, string use) in uses) Step($"{path}: {Printable.Of(use)}");
        foreach (string instruction in byHand.Select(repair => repair.Instruction).Distinct())
            Step($"By hand: {Printable.Of(instruction)}");
        if (step == 0) return text.Append("There is nothing to repair.\n").ToString();
        Step(wanted.Count + unwanted.Count > 0 ? "Restart, then run lethe audit again." : "Run lethe audit again.");
        return text.ToString();

        void Step(string what, IEnumerable<string>? commands = null)
        {
            text.Append($"\n{++step}. {what}\n");
            foreach (string command in commands ?? []) text.Append($"       {command}\n");
        }
    }

    private static IEnumerable<string> BootLoaders(IReadOnlyList<KernelParameter> wanted, IReadOnlyList<NoKernelParameter> unwanted)
    {
        string added = string.Join(' ', wanted.Select(parameter => parameter.Text).Distinct()),
            removed = string.Join(' ', unwanted.Select(parameter => parameter.Text).Distinct());
        yield return "update-grub                    (GRUB of Debian and its kin, which reads /etc/default/grub.d)";
        yield return $"grubby --update-kernel=ALL{(added.Length > 0 ? " --args=" + Word(added) : "")}"
            + $"{(removed.Length > 0 ? " --remove-args=" + Word(removed) : "")}    (Fedora, RHEL and their kin)";
        yield return "kernel-install add-all         (where /etc/kernel/cmdline is used)";
        yield return "mkinitcpio -P                  (unified images of Arch)";
    }

    // A word of the shell, with control characters made visible.
    private static string Word(string text) =>
        text.All(letter => char.IsAsciiLetterOrDigit(letter) || "._/@:+,=-".Contains(letter))
            ? text
            : $"'{Printable.Of(text).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // Only root may read tables that may hold the paths of keys.
    private static string ModeOf(HostFiles files, string path) => path == "etc/crypttab" && files.Copies.ContainsKey(path) ? "600" : "644";
}
