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
        var given = new List<Fact>();
        int files = 0;
        foreach (string name in names)
        {
            HostFacts? bundle = null;
            try
            {
                (bundle, IEnumerable<Fact> facts) = One(name, files);
                int before = given.Count;
                given.AddRange(facts);
                if (given.Count > before) files++;
            }
            catch (FactsException failure)
            {
                problem(name, failure);
            }

            // One bundle at a time is held.
            if (bundle is not null) yield return bundle;
        }

        if (given.Count > 0) yield return new HostFacts(files == 1 ? given[0].Source! : $"{files} files", FactScope.Files, [], given);
    }

    private static (HostFacts? Bundle, IEnumerable<Fact> Facts) One(string name, int number)
    {
        FileForm? form = FileForm.All.FirstOrDefault(form => name.StartsWith(form.Name + ":", StringComparison.Ordinal));
        string path = form is null ? name : name[(form.Name.Length + 1)..];
        string text = TextOf(path);
        if (form is null && FactsJson.IsBundle(text)) return (FactsJson.Read(text, path), []);
        if (text.Length > MostBytes) throw new FactsException($"{path} is longer than {MostBytes} bytes", "give the part that configures memory");
        form ??= FileForm.All.FirstOrDefault(form => form.Recognises(Path.GetFileName(path), text))
            ?? throw new FactsException($"{path}: nobody can tell what this is", $"say it before the name: {string.Join(", ", Forms.Select(form => form + ":FILE"))}");
        return (null, form.FactsOf($"{number:d4}-{Path.GetFileName(path)}", text, path));
    }

    private static string TextOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (file.CanSeek && file.Length > FactsJson.MostBytes) throw new FactsException($"{path} is longer than {FactsJson.MostBytes} bytes", "no bundle of facts is; see that it is the right file");
            byte[] bytes = new byte[(file.CanSeek ? Math.Max(file.Length, 4096) : FactsJson.MostBytes) + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(bytes, 0, length);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FactsException($"{path} cannot be read: {failure.Message}", "see that it is there and that you may read it");
        }
    }
}
