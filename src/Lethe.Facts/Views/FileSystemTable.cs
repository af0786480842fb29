using Lethe.Evidence;
using Lethe.Linux.Text;

namespace Lethe.Facts.Views;

/// <summary>The swap areas of fstab(5).</summary>
internal static class FileSystemTable
{
    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["/etc/fstab"];

    /// <summary>The areas that are used as swap at each start.</summary>
    public static IEnumerable<ConfiguredSwap> SwapAreas(HostFacts facts) =>
        from line in facts.Read("/etc/fstab").Lines
        let words = line.Words
        where words.Length >= 3 && words[0][0] != '#' && words[2] == "swap"
        select new ConfiguredSwap(OctalEscapes.Undo(words[0]), words.Length > 3 ? words[3].Split(',') : [], line);
}

/// <summary>A swap area that will be in use.</summary>
/// <param name="Source">A path, or <c>UUID=</c> and the like; untrusted.</param>
/// <param name="Options">Its options.</param>
/// <param name="Line">Where it stands.</param>
internal sealed record ConfiguredSwap(string Source, IReadOnlyList<string> Options, TextLine Line)
{
    /// <summary>The line as evidence.</summary>
    public Citation Evidence => Line.Evidence;
}
