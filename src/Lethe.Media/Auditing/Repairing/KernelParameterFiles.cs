using Lethe.Facts;
using Lethe.Facts.Views;

namespace Lethe.Media.Auditing.Repairing;

/// <summary>Kernel parameters, in the files of the boot loaders that the host has.</summary>
internal static class KernelParameterFiles
{
    private const string Grub = "/etc/default/grub", GrubPieces = "/etc/default/grub.d/*.cfg", Entries = "/boot/loader/entries/*.conf";
    private const string Whole = "/etc/kernel/cmdline",
        DistributionWhole = "/usr/lib/kernel/cmdline",
        Title = "Kernel parameters that leave nothing of ended workloads readable.";
    private static readonly string[] PieceDirectories = ["/etc/kernel/cmdline.d/", "/etc/cmdline.d/"];

    /// <summary>Adds parameters and removes others.</summary>
    /// <param name="files">The host's files.</param>
    /// <param name="wanted">Parameters to add; other values of them are removed.</param>
    /// <param name="unwanted">Parameters to remove.</param>
    /// <returns>The unwanted parameters that no known file has.</returns>
    public static IReadOnlyList<NoKernelParameter> Add(
        HostFiles files,
        IReadOnlyList<KernelParameter> wanted,
        IReadOnlyList<NoKernelParameter> unwanted
    )
    {
        string[] texts = [.. wanted.Select(parameter => parameter.Text).Distinct(StringComparer.Ordinal)];
        var remaining = unwanted.ToList();
        // Single files that the user names need not be at the paths where they belong.
        bool hasPaths = files.Facts.Scope != FactScope.Files;
        string[] sources = hasPaths
            ?
            [
                .. (
                    (string[])
                        [Whole, DistributionWhole, .. PieceDirectories.Select(directory => directory + "*.conf"), Grub, GrubPieces, Entries]
                )
                    .SelectMany(files.Facts.Matching)
                    .Select(file => file.Path)
                    .Where(files.IsKnown),
            ]
            : [];
        foreach (string source in sources)
        {
            foreach (NoKernelParameter parameter in unwanted)
                if (TakeOff(files, source, word => word == parameter.Text)) remaining.Remove(parameter);
            TakeOff(files, source, word =>
                wanted.Any(parameter => KernelCommandLine.SameName(NameOf(word), parameter.Name)) && !texts.Contains(word)
            );
        }

        if (texts.Length > 0) PutIn(files, sources, texts);
        return remaining;
    }

    private static void PutIn(HostFiles files, string[] sources, string[] texts)
    {
        if (sources.Contains(Whole) || sources.Contains(DistributionWhole))
            Append(files, sources.Contains(Whole) ? Whole : DistributionWhole, Whole[1..], texts, _ => true);
        foreach (string entry in sources.Where(source => PathPattern.Matches(Entries, source)))
            Append(files, entry, entry[1..], texts, line => line.TrimStart().StartsWith("options", StringComparison.Ordinal));
        foreach (
            string directory in PieceDirectories.Where(directory =>
                sources.Length == 0
                    ? directory == PieceDirectories[0]
                    : sources.Any(source => source.StartsWith(directory, StringComparison.Ordinal))
            )
        )
            files.Add($"{directory[1..]}60-lethe.conf", Title, texts);
        string[] grub = [.. sources.Where(source => source == Grub || PathPattern.Matches(GrubPieces, source))];
        if (grub.Length == 0 && sources.Length > 0) return;
        // A later file that sets the whole line would remove them again.
        bool isLast = grub.All(source =>
            source == Grub || string.CompareOrdinal(source, GrubPieces.Replace("*", "60-lethe", StringComparison.Ordinal)) <= 0
        );
        files.Add(
            $"etc/default/grub.d/{(isLast ? "60" : "zz")}-lethe.cfg",
            Title,
            texts.Select(text => $"GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX {Quoted(text)}\"")
        );
    }

    // Adds what is missing at the end of the last line that counts.
    private static void Append(HostFiles files, string source, string path, string[] texts, Func<string, bool> counts)
    {
        string[] lines = (files.All.GetValueOrDefault(path) ?? files.Facts.Read(source).Text!).Split('\n');
        int last = Array.FindLastIndex(lines, line => line.Trim().Length > 0 && !line.TrimStart().StartsWith('#') && counts(line));
        if (last < 0) return;
        int index = 0;
        HashSet<string> there = [.. lines[last].Split(' ')];
        files.Change(source, path, line =>
            index++ == last ? $"{line.TrimEnd()} {string.Join(' ', texts.Where(text => !there.Contains(text)))}".TrimEnd() : line
        );
    }

    private static bool TakeOff(HostFiles files, string source, Func<string, bool> unwanted) =>
        files.Change(source, source == DistributionWhole ? Whole[1..] : source[1..], line =>
            line.TrimStart().StartsWith('#') ? line : Without(line, unwanted)
        );

    // Words end at white space and at shell quotes. The quotes stay.
    private static string Without(string line, Func<string, bool> unwanted)
    {
        int at = 0;
        while (at < line.Length)
        {
            int end = at;
            while (end < line.Length && !IsEdge(line[end])) end++;
            // Without a quote, an assignment's value begins after its equals sign.
            int start =
                line.AsSpan(at, end - at).StartsWith("GRUB_CMDLINE", StringComparison.Ordinal)
                && line.IndexOf('=', at, end - at) is >= 0 and var equals
                    ? equals + 1
                    : at;
            if (end > start && unwanted(line[start..end]))
            {
                // Removes the white space before the word too, or else the one after it.
                int from = start > 0 && line[start - 1] is ' ' or '\t' ? start - 1 : start;
                if (from == start && end < line.Length && line[end] is ' ' or '\t') end++;
                line = line.Remove(from, end - from);
                at = from;
            }
            else
            {
                at = end + 1;
            }
        }

        return line;
    }

    private static bool IsEdge(char letter) => char.IsWhiteSpace(letter) || letter is '"' or '\'';

    private static string NameOf(string word) => word.IndexOf('=') is >= 0 and var equals ? word[..equals] : word;

    // Escapes text for the inside of double quotes of the shell.
    private static string Quoted(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("$", "\\$", StringComparison.Ordinal)
            .Replace("`", "\\`", StringComparison.Ordinal);
}
