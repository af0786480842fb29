using System.Text.RegularExpressions;
using Lethe.Linux;

namespace Lethe.Lab.Kernels;

/// <summary>
/// One suite of Debian's archive, asked where this machine's own sources say the archive is, with lists kept apart from
/// the system's. What it gives is signed by Debian's keys, whatever this machine otherwise trusts. Needs no privilege.
/// </summary>
internal sealed partial class DebianArchive : IDisposable
{
    // Of the package debian-archive-keyring, which every Debian has.
    private const string Keys = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private readonly string directory = Directory.CreateTempSubdirectory("lethe-archive-").FullName;

    private DebianArchive()
    {
    }

    /// <summary>Fetches the list of a suite's packages.</summary>
    /// <param name="suite">For example <c>bookworm-security</c>.</param>
    /// <exception cref="IOException">The suite cannot be reached, or is not signed by Debian.</exception>
    public static DebianArchive Open(string suite)
    {
        var archive = new DebianArchive();
        try
        {
            foreach (string part in new[] { "lists/partial", "cache/archives/partial" })
                Directory.CreateDirectory(Path.Combine(archive.directory, part));
            File.WriteAllText(
                Path.Combine(archive.directory, "sources.list"),
                $"deb [signed-by={Keys} target=Packages lang=none] {PlaceOf(suite)} {suite} main\n"
            );
            archive.Run("/usr/bin/apt-get", archive.directory, "-q", "update", "--error-on=any");
            return archive;
        }
        catch (IOException)
        {
            archive.Dispose();
            throw;
        }
    }

    /// <summary>The names of all packages that begin like this.</summary>
    public string[] PackagesLike(string start) =>
        Run("/usr/bin/apt-cache", directory, "pkgnames", start).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fetches packages and unpacks them over each other; nothing is installed.</summary>
    /// <param name="packages">Their names.</param>
    /// <param name="target">Where to.</param>
    /// <exception cref="IOException">One cannot be reached, or is not what the signed list says.</exception>
    public void Unpack(IEnumerable<string> packages, string target)
    {
        string files = Directory.CreateDirectory(Path.Combine(directory, "packages")).FullName;
        Run("/usr/bin/apt-get", files, ["-q", "download", .. packages]);
        foreach (string file in Directory.GetFiles(files, "*.deb")) Command.Run("/usr/bin/dpkg-deb", "-x", file, target);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(directory, recursive: true);

    /// <summary>Where this machine gets Debian's packages from: fixes for security lie in a place of their own.</summary>
    /// <param name="targets">A place, a suite and a component a line, of all that apt knows.</param>
    /// <param name="release">The name of this machine's own Debian.</param>
    /// <param name="suite">What is looked for there.</param>
    internal static string? PlaceIn(string targets, string release, string suite)
    {
        string known = suite.EndsWith("-security", StringComparison.Ordinal) ? $"{release}-security" : release;
        return targets
            .Split('\n')
            .Select(line => line.Split(' '))
            .FirstOrDefault(words => words is [_, var offered, "main"] && offered == known)
            ?[0];
    }

    private static string PlaceOf(string suite)
    {
        string release = ReleaseName().Match(File.ReadAllText("/etc/os-release")).Groups[1].Value;
        return PlaceIn(
            Command.Run("/usr/bin/apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"),
            release,
            suite
        ) ?? throw new IOException($"this machine's package sources do not say where Debian's archive has {suite}");
    }

    private string Run(string program, string inside, params string[] arguments) => Command.Run("/usr/bin/env",
    [
        "-C", inside, program, "-o", $"Dir::Etc::sourcelist={directory}/sources.list", "-o", "Dir::Etc::sourceparts=/dev/null",
        "-o", $"Dir::State::lists={directory}/lists", "-o", $"Dir::Cache={directory}/cache", .. arguments,
    ]);

    [GeneratedRegex("^VERSION_CODENAME=\"?([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex ReleaseName();
}
