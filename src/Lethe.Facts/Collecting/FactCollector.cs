using System.Text;
using Lethe.Linux;

namespace Lethe.Facts.Collecting;

/// <summary>Reads facts from a file system, live or at rest: only files and directories that were asked for, each bounded.</summary>
/// <param name="root">The directory that stands for <c>/</c>; links inside it never lead out.</param>
/// <param name="special">What is no file, by the scheme of its name (<c>kernel</c> for <c>kernel:log</c>).</param>
public sealed class FactCollector(string root, IReadOnlyDictionary<string, ISpecialFacts> special)
{
    /// <summary>The most of one file that is read, in bytes; a longer one is cut and says so.</summary>
    public const int MostFileBytes = 1 << 20;

    private const int MostEntries = 20_000, MostFacts = 100_000;

    /// <summary>Collects what the patterns mean.</summary>
    /// <param name="host">What readers call the host.</param>
    /// <param name="scope">What the facts are about.</param>
    /// <param name="patterns">See <see cref="PathPattern"/>; those with a scheme are asked of its source.</param>
    /// <exception cref="LinuxException">The root cannot be opened.</exception>
    public HostFacts Collect(string host, FactScope scope, IEnumerable<string> patterns)
    {
        var looked = patterns.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        using var pass = new Pass(Descriptor.Open(root, FileCalls.O_PATH | FileCalls.O_DIRECTORY));
        foreach (string pattern in looked.Where(pattern => pattern.StartsWith('/'))) pass.Collect(pattern);
        IEnumerable<IGrouping<string, string>> schemes = looked.Where(pattern => !pattern.StartsWith('/')).GroupBy(pattern => pattern[..(pattern.IndexOf(':') + 1)].TrimEnd(':'));
        foreach (IGrouping<string, string> scheme in schemes)
        {
            if (special.TryGetValue(scheme.Key, out ISpecialFacts? source)) foreach (Fact fact in source.Collect([.. scheme])) pass.Facts[fact.Path] = fact;
            else looked.RemoveAll(scheme.Contains);
        }

        return new HostFacts(host, scope, looked, pass.Facts.Values);
    }

    /// <summary>One collection, which lists each directory once.</summary>
    private sealed class Pass(Descriptor rootDirectory) : IDisposable
    {
        // Null is a directory that is not there or closed.
        private readonly Dictionary<string, IReadOnlyList<string>?> listed = new(StringComparer.Ordinal);
        private readonly byte[] room = new byte[MostFileBytes + 1];

        public Dictionary<string, Fact> Facts { get; } = new(StringComparer.Ordinal);

        public void Collect(string pattern) => Walk("", pattern[1..]);

        private void Walk(string directory, string rest)
        {
            if (Facts.Count >= MostFacts) return;
            if (rest.Length == 0)
            {
                AddDirectory(directory + "/");
                return;
            }

            int end = rest.IndexOf('/');
            string part = end < 0 ? rest : rest[..end];
            IEnumerable<string> names = PathPattern.IsGeneral(part) ? (Names(directory + "/") ?? []).Where(name => PathPattern.Matches(part, name)) : [part];
            foreach (string name in names)
            {
                if (end < 0) AddFile($"{directory}/{name}");
                else Walk($"{directory}/{name}", rest[(end + 1)..]);
            }
        }

        private IReadOnlyList<string>? Names(string directory)
        {
            if (listed.TryGetValue(directory, out IReadOnlyList<string>? known)) return known;
            List<string>? names = null;
            try
            {
                using Descriptor open = RootedFiles.Open(rootDirectory, directory, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
                names = NamesIn(open);
            }
            catch (LinuxException failure)
            {
                AddProblem(directory, failure);
            }

            if (names?.Count > MostEntries)
            {
                names.RemoveRange(MostEntries, names.Count - MostEntries);
                Facts[directory] = new Fact(directory, Problem: $"it has more than {MostEntries} entries; the rest was not read");
            }

            return listed[directory] = names;
        }

        private static List<string> NamesIn(Descriptor directory)
        {
            var names = new List<string>();
            while (names.Count <= MostEntries && DirectoryEntries.Next(directory) is { Count: > 0 } some) names.AddRange(some.Select(entry => Encoding.UTF8.GetString(entry.Name)));
            names.Sort(StringComparer.Ordinal);
            return names;
        }

        private void AddDirectory(string path)
        {
            if (Names(path) is not { } names) return;
            string? problem = Facts.GetValueOrDefault(path)?.Problem;
            Facts[path] = new Fact(path, Entries: [.. names.Select(name => Entry(path, name))], Problem: problem);
        }

        private FactEntry Entry(string directory, string name)
        {
            try
            {
                using Descriptor open = RootedFiles.Open(rootDirectory, directory + name, FileCalls.O_PATH | FileCalls.O_NOFOLLOW);
                FileStatus status = FileStatus.Of(open);
                return new FactEntry(name, status.Length, status.Owner, RootedFiles.TargetOf(open));
            }
            catch (LinuxException)
            {
                // Gone meanwhile, as processes go; its name is all that is known.
                return new FactEntry(name, 0, 0);
            }
        }

        private void AddFile(string path)
        {
            try
            {
                // Not to wait for the other end of a pipe, and not to become a terminal's process.
                using Descriptor open = RootedFiles.Open(rootDirectory, path, FileCalls.O_RDONLY | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY);
                if (FileStatus.Of(open) is { IsRegular: false, IsDirectory: var isDirectory })
                {
                    if (!isDirectory) Facts[path] = new Fact(path, Problem: "it is no ordinary file");
                    return;
                }

                int length = 0;
                while (length < room.Length && open.ReadSome(room.AsSpan(length)) is > 0 and var got) length += got;
                string? cut = length > MostFileBytes ? $"it is longer than {MostFileBytes} bytes and was cut" : null;
                Facts[path] = new Fact(path, Encoding.UTF8.GetString(room, 0, Math.Min(length, MostFileBytes)), Problem: cut);
            }
            catch (LinuxException failure)
            {
                AddProblem(path, failure);
            }
        }

        // What is not there is no problem: that it was looked for is known.
        private void AddProblem(string path, LinuxException failure)
        {
            if (failure.Error is Errno.ENOENT or Errno.ENOTDIR or Errno.ESRCH) return;
            Facts[path] = new Fact(path, Problem: failure.Error is Errno.EACCES or Errno.EPERM ? "permission denied; run as root" : $"it cannot be read (errno {failure.Error})");
        }

        public void Dispose() => rootDirectory.Dispose();
    }
}
