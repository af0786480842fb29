using System.IO.Compression;
using System.Text;

namespace Lethe.Facts.Collecting;

/// <summary>
/// Files that users give: bundles of facts, each a host of its own, and configuration files, which are judged together as one.
/// A file is recognised by its content; <c>FORM:FILE</c> says what it is.
/// </summary>
public static class GivenFiles
{
    /// <summary>The largest configuration file that is read, in bytes.</summary>
    public const long MostBytes = 4 << 20;

    /// <summary>What a file can be, as users write it.</summary>
    public static IReadOnlyList<string> Forms { get; } = [.. FileForm.All.Select(form => form.Name)];

    /// <summary>Reads files.</summary>
    /// <param name="names">As users gave them.</param>
    /// <param name="problem">Told of each file that cannot be used; the others still are.</param>
    public static IEnumerable<HostFacts> Read(IReadOnlyList<string> names, Action<string, FactsException> problem)
    {
        // Sets of files, each the facts it tells of.
        var sets = new List<List<List<Fact>>>();
        for (int number = 0; number < names.Count; number++)
        {
            HostFacts? bundle = null;
            try
            {
                (bundle, IEnumerable<Fact> facts) = One(names[number], number);
                if (facts.ToList() is { Count: > 0 } given) Add(given, sets);
            }
            catch (FactsException failure)
            {
                problem(names[number], failure);
            }

            // One bundle at a time is held.
            if (bundle is not null) yield return bundle;
        }

        foreach (List<List<Fact>> set in sets)
            yield return new HostFacts(
                set.Count == 1 ? set[0][0].Source! : $"{set.Count} files",
                FactScope.Files,
                [],
                set.SelectMany(file => file)
            );
    }

    // Two files that a host has only one of, such as fstab, are of two hosts.
    private static void Add(List<Fact> file, List<List<List<Fact>>> sets)
    {
        List<List<Fact>>? set = sets.FirstOrDefault(set =>
            set.TrueForAll(other => !other.Any(fact => file.Exists(mine => mine.Path == fact.Path)))
        );
        if (set is null) sets.Add(set = []);
        set.Add(file);
    }

    private static (HostFacts? Bundle, IEnumerable<Fact> Facts) One(string name, int number)
    {
        FileForm? form = FileForm.All.FirstOrDefault(form => name.StartsWith(form.Name + ":", StringComparison.Ordinal));
        string path = form is null ? name : name[(form.Name.Length + 1)..];
        string text = TextOf(path);
        if (form is null && FactsJson.IsBundle(text)) return (FactsJson.Read(text, path), []);
        if (text.Length > MostBytes)
            throw new FactsException($"{path} is longer than {MostBytes} bytes", "give the part that configures memory");
        form ??= FileForm.All.FirstOrDefault(form => form.Recognises(Path.GetFileName(path), text))
            ?? throw new FactsException(
                $"{path}: nobody can tell what this is",
                $"say it before the name: {string.Join(", ", Forms.Select(form => form + ":FILE"))}"
            );
        return (null, form.FactsOf($"{number:d4}-{Path.GetFileName(path)}", text, path));
    }

    private static string TextOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = Bounded(file, path);
            // The kernel's own configuration is packed (/proc/config.gz).
            if (bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            {
                using var packed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
                bytes = Bounded(packed, path);
            }

            return Encoding.UTF8.GetString(
                bytes.AsSpan(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0)
            );
        }
        catch (Exception failure)
            when (failure
                    is IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or NotSupportedException
                        or InvalidDataException
            )
        {
            throw new FactsException($"{path} cannot be read: {failure.Message}", "see that it is there and that you may read it");
        }
    }

    // Neither the length of a file of /proc nor that of a pipe or of packed content is known before its end.
    private static byte[] Bounded(Stream stream, string path)
    {
        using var content = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        while (stream.Read(piece) is > 0 and var got)
        {
            if (content.Length + got > FactsJson.MostBytes)
                throw new FactsException(
                    $"{path} is longer than {FactsJson.MostBytes} bytes",
                    "no bundle of facts is; see that it is the right file"
                );
            content.Write(piece, 0, got);
        }

        return content.ToArray();
    }
}
