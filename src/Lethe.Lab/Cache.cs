namespace Lethe.Lab;

/// <summary>Files that are costly to make, kept for the next run in the user's cache directory.</summary>
/// <param name="root">The directory.</param>
internal sealed class Cache(string root)
{
    private static readonly Lock Making = new();

    /// <summary>The user's cache: <c>$XDG_CACHE_HOME/lethe</c>, or <c>~/.cache/lethe</c>.</summary>
    public static Cache OfUser()
    {
        string? configured = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string home = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } given ? given : "/root";
        return new Cache(Path.Combine(configured is { Length: > 0 } ? configured : Path.Combine(home, ".cache"), "lethe"));
    }

    /// <summary>Where it is.</summary>
    public string Root { get; } = root;

    /// <summary>A file's path; it is made first if it is not there. It is never half there.</summary>
    /// <param name="name">Path inside the cache.</param>
    /// <param name="make">Writes the file to the path it is given.</param>
    /// <exception cref="LabException">The cache cannot be written.</exception>
    public string File(string name, Action<string> make) => Entry(name, System.IO.File.Exists, make, path =>
    {
        if (System.IO.File.Exists(path)) System.IO.File.Delete(path);
    });

    /// <summary>A directory's path; it is filled first if it is not there.</summary>
    /// <inheritdoc cref="File" path="/param|/exception"/>
    public string Directory(string name, Action<string> make) => Entry(name, System.IO.Directory.Exists, path =>
    {
        System.IO.Directory.CreateDirectory(path);
        make(path);
    }, path =>
    {
        if (System.IO.Directory.Exists(path)) System.IO.Directory.Delete(path, recursive: true);
    });

    /// <summary>Deletes all but the newest files of a kind: every change of lethe itself makes a new guest image.</summary>
    /// <param name="directory">Path inside the cache.</param>
    /// <param name="pattern">Which files.</param>
    /// <param name="keep">How many stay.</param>
    public void Prune(string directory, string pattern, int keep)
    {
        var old = new DirectoryInfo(Path.Combine(Root, directory))
            .GetFiles(pattern)
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Skip(keep);
        foreach (FileInfo file in old) file.Delete();
    }

    private string Entry(string name, Func<string, bool> exists, Action<string> make, Action<string> remove)
    {
        string path = Path.Combine(Root, name);
        lock (Making)
        {
            if (exists(path)) return path;
            string temporary = $"{path}.{Guid.NewGuid():N}";
            try
            {
                System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                make(temporary);
                System.IO.Directory.Move(temporary, path);
                return path;
            }
            catch (IOException) when (exists(path))
            {
                // Another lethe was faster.
                return path;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new LabException(
                    $"cannot make {name}: {failure.Message}",
                    $"see that {Root} is writable and has about 1 GiB of space",
                    Evidence.ExitCode.OperationalError
                );
            }
            finally
            {
                remove(temporary);
            }
        }
    }
}
