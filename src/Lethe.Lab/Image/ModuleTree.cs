using Lethe.Linux;

namespace Lethe.Lab.Image;

/// <summary>The part of a kernel's modules that the guest needs, by dependency.</summary>
internal static class ModuleTree
{
    private static readonly string[] Indexes = ["modules.builtin", "modules.builtin.modinfo", "modules.order"];

    /// <summary>Files of the reduced tree: path in the guest, content.</summary>
    /// <param name="directory">The kernel's module directory, with <c>modules.dep</c>.</param>
    /// <param name="release">The kernel's release.</param>
    /// <param name="wanted">Module names; those the kernel lacks or has built in are passed over.</param>
    public static IReadOnlyList<(string Path, byte[] Content)> Reduce(string directory, string release, IEnumerable<string> wanted)
    {
        string stage = Directory.CreateTempSubdirectory("lethe-modules-").FullName;
        try
        {
            string target = Path.Combine(stage, "lib/modules", release);
            Directory.CreateDirectory(target);
            foreach (string module in WithDependencies(ReadIndex(directory), wanted))
                Copy(directory, target, module);
            foreach (string index in Indexes.Where(index => File.Exists(Path.Combine(directory, index)))) Copy(directory, target, index);
            // Fresh indexes, so that the guest's are small.
            Command.Run("/sbin/depmod", "-b", stage, release);
            return [.. Directory.GetFiles(target, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file => (file[stage.Length..], File.ReadAllBytes(file)))];
        }
        finally
        {
            Directory.Delete(stage, recursive: true);
        }
    }

    /// <summary>Full paths of the files that <see cref="Reduce"/> copies.</summary>
    public static IEnumerable<string> FilesOf(string directory, IEnumerable<string> wanted) =>
        WithDependencies(ReadIndex(directory), wanted).Append("modules.dep").Select(file => Path.Combine(directory, file));

    /// <summary>Files of the wanted modules and of all they depend on, from lines of modules.dep.</summary>
    internal static IReadOnlyCollection<string> WithDependencies(IEnumerable<string> lines, IEnumerable<string> wanted)
    {
        var names = wanted.Select(Normal).ToHashSet();
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            string[] halves = line.Split(':', 2);
            if (halves.Length != 2 || !names.Contains(NameOf(halves[0]))) continue;
            files.Add(halves[0]);
            // modules.dep lists dependencies of dependencies too.
            files.UnionWith(halves[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return files;
    }

    private static IEnumerable<string> ReadIndex(string directory) => File.ReadLines(Path.Combine(directory, "modules.dep"));

    private static string NameOf(string file)
    {
        string name = Path.GetFileName(file);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return Normal(dot < 0 ? name : name[..dot]);
    }

    private static string Normal(string name) => name.Replace('-', '_');

    private static void Copy(string from, string to, string file)
    {
        if (Path.IsPathRooted(file) || file.Split('/').Contains(".."))
            throw new IOException($"modules.dep names {file}, which is outside its directory");
        string target = Path.Combine(to, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(from, file), target);
    }
}
