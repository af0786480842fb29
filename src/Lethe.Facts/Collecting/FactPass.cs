using System.Text;
using Lethe.Linux;

namespace Lethe.Facts.Collecting;

/// <summary>
/// One collection from one file system, which lists each directory once. The file system may be hostile: links are followed below the
/// root only, and what is no ordinary file is never opened, because opening a device can do harm and a pipe can wait for ever.
/// </summary>
/// <param name="rootDirectory">The root; closed with this.</param>
internal sealed class FactPass(Descriptor rootDirectory) : IDisposable
{
    private const int MostFacts = 100_000;
    private const string MaskTarget = "/dev/null", NotText = "its name is not UTF-8, so it was not read";

    // Null is a directory that is not there or closed.
    private readonly Dictionary<string, IReadOnlyList<string>?> listed = new(StringComparer.Ordinal);
    private readonly byte[] room = new byte[FactCollector.MostFileBytes + 1];
    private int bytes;

    /// <summary>What was found, by path.</summary>
    public Dictionary<string, Fact> Facts { get; } = new(StringComparer.Ordinal);

    /// <summary>Collects what a pattern means.</summary>
    /// <returns>False when there are so many facts already that it was not done, or not wholly.</returns>
    public bool Collect(string pattern)
    {
        Walk("", pattern[1..]);
        return Facts.Count < MostFacts;
    }

    /// <inheritdoc/>
    public void Dispose() => rootDirectory.Dispose();

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
        IEnumerable<string> names = PathPattern.IsGeneral(part)
            ? (Names(directory + "/") ?? []).Where(name => PathPattern.Matches(part, name))
            : [part];
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

        if (names?.Count > FactCollector.MostEntries)
        {
            names.RemoveRange(FactCollector.MostEntries, names.Count - FactCollector.MostEntries);
            Facts[directory] = new Fact(directory, Problem: $"it has more than {FactCollector.MostEntries} entries; the rest was not read");
        }

        return listed[directory] = names;
    }

    private static List<string> NamesIn(Descriptor directory)
    {
        var names = new List<string>();
        while (names.Count <= FactCollector.MostEntries && DirectoryEntries.Next(directory) is { Count: > 0 } some)
            names.AddRange(some.Select(entry => Encoding.UTF8.GetString(entry.Name)));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private void AddDirectory(string path)
    {
        if (Names(path) is not { } names) return;
        string? problem = Facts.GetValueOrDefault(path)?.Problem;
        var entries = new List<FactEntry>(names.Count);
        foreach (string name in names) entries.Add(Entry(path, name, ref problem));
        Facts[path] = new Fact(path, Entries: entries, Problem: problem);
    }

    private FactEntry Entry(string directory, string name, ref string? problem)
    {
        try
        {
            using Descriptor open = RootedFiles.Open(rootDirectory, directory + name, FileCalls.O_PATH | FileCalls.O_NOFOLLOW);
            FileStatus status = FileStatus.Of(open);
            return new FactEntry(name, status.Length, status.Owner, RootedFiles.TargetOf(open));
        }
        catch (LinuxException failure)
        {
            // Of what went meanwhile, as processes go, its name is all there was to know; of what is there it is too little.
            if (!VanishingFiles.IsGone(failure.Error, directory + name)) problem ??= $"{name}: {Because(failure)}";
            return new FactEntry(name, 0, 0);
        }
    }

    private void AddFile(string path)
    {
        if (Facts.ContainsKey(path)) return;
        try
        {
            using Descriptor place = RootedFiles.Open(rootDirectory, path, FileCalls.O_PATH);
            FileStatus status = FileStatus.Of(place);
            if (status.IsRegular) Read(path, place);
            else if (IsMask(path)) Facts[path] = new Fact(path, "");
            else if (!status.IsDirectory) Facts[path] = new Fact(path, Problem: "it is no ordinary file");
        }
        catch (LinuxException failure)
        {
            if (failure.Error == Errno.ENOENT && IsMask(path)) Facts[path] = new Fact(path, "");
            else AddProblem(path, failure);
        }
    }

    // The same file once more, for reading: its name may mean another by now. Not to wait for data that /proc has none of yet.
    private void Read(string path, Descriptor place)
    {
        int most = Math.Min(FactCollector.MostFileBytes, FactCollector.MostBytes - bytes);
        if (most == 0)
        {
            Facts[path] = new Fact(path, Problem: $"it was not read: there are more than {FactCollector.MostBytes} bytes of facts");
            return;
        }

        using Descriptor open = Descriptor.Open(
            $"/proc/self/fd/{place.Number}",
            FileCalls.O_RDONLY | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY
        );
        int length = 0;
        while (length <= most && open.ReadSome(room.AsSpan(length, most + 1 - length)) is > 0 and var got) length += got;
        string? cut = length > most ? $"only its first {most} bytes were read" : null;
        length = Math.Min(length, most);
        bytes += length;
        Facts[path] = new Fact(path, Withheld.From(path, Encoding.UTF8.GetString(room, 0, length)), Problem: cut);
    }

    // A link to /dev/null stands for an empty file, which masks another of its name (sysctl.d(5), tmpfiles.d(5), systemd.unit(5));
    // a root at rest has no /dev/null to read that from.
    private bool IsMask(string path)
    {
        try
        {
            using Descriptor link = RootedFiles.Open(rootDirectory, path, FileCalls.O_PATH | FileCalls.O_NOFOLLOW);
            return RootedFiles.TargetOf(link) == MaskTarget;
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    // What is not there is no problem: that it was looked for is known.
    private void AddProblem(string path, LinuxException failure)
    {
        bool gone = VanishingFiles.IsGone(failure.Error, path), unnamed = path.Contains('\ufffd');
        // An attribute whose object is still there may only have no value, or not say it any more.
        if (gone && failure.Error == Errno.EINVAL && Directory.Exists(Path.GetDirectoryName(path))) gone = false;
        if (!gone || unnamed) Facts[path] = new Fact(path, Problem: gone ? NotText : Because(failure));
    }

    private static string Because(LinuxException failure) => failure.Error switch
    {
        Errno.EACCES or Errno.EPERM => "permission denied; run as root",
        Errno.ELOOP => "its links lead in a circle",
        _ => $"it cannot be read (errno {failure.Error})",
    };
}
