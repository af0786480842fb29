using Lethe.Linux;

namespace Lethe.Media.ScratchStorage;

/// <summary>
/// What libblkid knows of a block device's content. Asked through blkid(8), as what is on the device may be made to break
/// whoever reads it.
/// </summary>
internal static class BlockSignature
{
    // blkid(8): nothing was found; more than one signature was.
    private const int Nothing = 2, Ambivalent = 8;
    private const string Program = "/sbin/blkid";

    // Whatever else it names is of the device, not of its content: where the partition lies, for example.
    private static readonly string[] Told = ["PTTYPE=", "TYPE=", "LABEL=", "UUID=", "PTUUID="];

    /// <summary>What is said of a content of which it knows nothing.</summary>
    public static string Unknown => File.Exists(Program) ? "of no kind that blkid knows" : "not known, as there is no blkid here";

    /// <summary>Its kind, label and identity, as blkid writes them (<c>TYPE=ext4 LABEL=backup</c>); not safe to show as it is.</summary>
    /// <returns>Null when it knows none, or is not there.</returns>
    public static string? Of(string device)
    {
        if (!File.Exists(Program)) return null;
        (int exitCode, string output) = Command.Ask(Program, "-p", "-o", "export", device);
        return exitCode switch
        {
            0 => Of(output.Split('\n')),
            Ambivalent => "signatures of several kinds at once",
            Nothing or _ => null,
        };
    }

    private static bool IsKind(string line) =>
        line.StartsWith("TYPE=", StringComparison.Ordinal) || line.StartsWith("PTTYPE=", StringComparison.Ordinal);

    private static string? Of(IReadOnlyList<string> lines)
    {
        string[] content = [.. Told.SelectMany(name => lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)))];
        return content.Any(IsKind) ? string.Join(' ', content) : null;
    }
}
