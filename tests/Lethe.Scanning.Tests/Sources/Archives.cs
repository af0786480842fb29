using System.Formats.Tar;

namespace Lethe.Tests.Scanning.Sources;

/// <summary>Tar archives written by .NET in every form it knows.</summary>
internal static class Archives
{
    public static readonly string LongName = string.Concat(Enumerable.Repeat("a-directory/", 30)) + "file";

    /// <summary>Files by name.</summary>
    public static Dictionary<string, byte[]> Files { get; } = MakeFiles();

    public static byte[] Tar(params IEnumerable<TarEntryFormat> formats)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntryFormat format in formats.DefaultIfEmpty(TarEntryFormat.Pax))
            {
                foreach ((string name, byte[] bytes) in Files)
                {
                    if (name == LongName && format is TarEntryFormat.V7 or TarEntryFormat.Ustar) continue;
                    TarEntry entry = format switch
                    {
                        TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
                        TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                        TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                        _ => new PaxTarEntry(TarEntryType.RegularFile, name),
                    };
                    entry.DataStream = new MemoryStream(bytes);
                    writer.WriteEntry(entry);
                }

                if (format is TarEntryFormat.Gnu)
                    writer.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = LongName });
            }
        }

        return stream.ToArray();
    }

    private static Dictionary<string, byte[]> MakeFiles()
    {
        var random = new Random(9);
        var files = new Dictionary<string, byte[]>
        {
            ["one"] = new byte[1],
            ["whole blocks"] = new byte[1024],
            [LongName] = new byte[700],
            ["with\u001b[31mcolour"] = new byte[513],
        };
        foreach (byte[] bytes in files.Values) random.NextBytes(bytes);
        return files;
    }
}
