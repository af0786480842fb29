using Lethe.Linux;

namespace Lethe.Media.ScratchStorage;

/// <summary>
/// What libblkid recognises in a block device's content. It runs as blkid(8), in a process of its own, as the content may be
/// made to break its reader.
/// </summary>
internal static class BlockSignature
{
    // blkid(8): nothing was found; more than one signature was.
    private const int Nothing = 2, Ambivalent = 8;
    private const string Program = "/sbin/blkid";

    // Other names describe the device, not its content: where the partition lies, for example.
    private static readonly string[] Told = ["PTTYPE=", "TYPE=", "LABEL=", "UUID=", "PTUUID="];

    /// <summary>The description of content that blkid does not recognise.</summary>
    public static string Unknown => File.Exists(Program) ? "of no kind that blkid knows" : "not known, as there is no blkid here";

    /// <summary>The content's type, label and id, as blkid writes them (<c>TYPE=ext4 LABEL=backup</c>); untrusted.</summary>
    /// <returns>Null when blkid recognises nothing, or is missing.</returns>
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
