using Lethe.Linux;

namespace Lethe.Facts.Collecting;

/// <summary>
/// Reads facts from a file system, live or at rest: only files and directories that were asked for, each bounded, and all together.
/// </summary>
/// <param name="root">The directory that stands for <c>/</c>; links inside it never lead out.</param>
/// <param name="special">What is no file, by the scheme of its name (<c>kernel</c> for <c>kernel:log</c>).</param>
internal sealed class FactCollector(string root, IReadOnlyDictionary<string, ISpecialFacts> special)
{
    /// <summary>The most of one file that is read, in bytes; a longer one is cut and says so.</summary>
    public const int MostFileBytes = 1 << 20;

    /// <summary>The most of all files together, in bytes; what comes after says that it was not read.</summary>
    public const int MostBytes = 8 << 20;

    /// <summary>The most entries of one directory; one with more says so.</summary>
    public const int MostEntries = 20_000;

    /// <summary>Collects what the patterns mean.</summary>
    /// <param name="host">What readers call the host.</param>
    /// <param name="scope">What the facts are about.</param>
    /// <param name="patterns">See <see cref="PathPattern"/>; those with a scheme are asked of its source.</param>
    /// <exception cref="LinuxException">The root cannot be opened.</exception>
    public HostFacts Collect(string host, FactScope scope, IEnumerable<string> patterns)
    {
        var looked = new List<string>();
        string[] wanted = [.. patterns.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        using var pass = new FactPass(Descriptor.Open(root, FileCalls.O_PATH | FileCalls.O_DIRECTORY));
        foreach (string pattern in wanted.Where(pattern => pattern.StartsWith('/')))
            if (pass.Collect(pattern)) looked.Add(pattern);
        foreach (
            IGrouping<string, string> scheme in wanted.Where(pattern => !pattern.StartsWith('/')).GroupBy(pattern => pattern.Split(':')[0])
        )
        {
            if (!special.TryGetValue(scheme.Key, out ISpecialFacts? source)) continue;
            foreach (Fact fact in source.Collect([.. scheme])) pass.Facts[fact.Path] = fact;
            looked.AddRange(scheme);
        }

        return new HostFacts(host, scope, looked, pass.Facts.Values);
    }
}
