namespace Lethe.Media.Auditing.Repairing;

/// <summary>
/// The directory that repairs are written to. Files of one host go to its top; with several hosts, each has a directory. Either all of
/// it is written, or nothing.
/// </summary>
internal sealed class RepairDirectory
{
    private readonly string directory;
    private readonly List<(string Host, IReadOnlyList<RepairedFile> Files)> hosts = [];

    /// <summary>Checks a directory that is to be created.</summary>
    /// <param name="directory">It must not exist yet, or be empty.</param>
    /// <exception cref="RepairException">It exists and is not empty, or is no directory.</exception>
    public RepairDirectory(string directory)
    {
        if (directory.Length == 0) throw new RepairException("the directory for repairs has no name", "name one that is not there yet");
        this.directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        try
        {
            if (
                File.Exists(this.directory)
                || (Directory.Exists(this.directory) && Directory.EnumerateFileSystemEntries(this.directory).Any())
            )
                throw new RepairException($"{directory} is there already and not empty", "name a directory that is not there yet");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RepairException($"{directory} cannot be used: {failure.Message}", "name a directory that is not there yet");
        }
    }

    /// <summary>Adds the files of a host.</summary>
    /// <param name="host">The host's name; untrusted.</param>
    /// <param name="files">Its files.</param>
    public void Add(string host, IReadOnlyList<RepairedFile> files) => hosts.Add((host, files));

    /// <summary>Writes all files.</summary>
    /// <returns>How many files.</returns>
    /// <exception cref="RepairException">They cannot be written; then none is.</exception>
    public int Write()
    {
        // A directory beside it, which is renamed when it is complete. Nobody else uses its name.
        string making = $"{directory}.{Guid.NewGuid():n}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(directory) ?? "/");
            Directory.CreateDirectory(making, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            int count = 0;
            foreach ((string path, string content) in Files())
            {
                string file = Path.Combine(making, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, content);
                count++;
            }

            // This deletes it only if it is empty.
            if (Directory.Exists(directory)) Directory.Delete(directory);
            Directory.Move(making, directory);
            return count;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(making)) Directory.Delete(making, recursive: true);
            throw new RepairException(
                $"repairs cannot be written to {directory}: {failure.Message}",
                "see that there is room and that you may write there"
            );
        }
    }

    private IEnumerable<(string Path, string Content)> Files()
    {
        if (hosts is [var only]) return only.Files.Select(file => (file.Path, file.Content));
        var names = new HashSet<string>(StringComparer.Ordinal);
        return hosts.SelectMany(host =>
        {
            string safe = SafePath.PartOf(host.Host), name = safe;
            for (int number = 2; !names.Add(name); number++) name = $"{safe}-{number}";
            return host.Files.Select(file => ($"{name}/{file.Path}", file.Content));
        });
    }
}
