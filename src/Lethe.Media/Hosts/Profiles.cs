using System.Reflection;

namespace Lethe.Media.Hosts;

/// <summary>The profiles that come with lethe. To add one, add a file to the folder of that name.</summary>
internal static class Profiles
{
    private const string Folder = "Profiles/";

    /// <summary>All profiles: first the one with every rule, then the others by name.</summary>
    public static IReadOnlyList<Profile> All { get; } = [Profile.Everything, .. Read()];

    /// <summary>The profile of that name, or null.</summary>
    public static Profile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);

    private static IEnumerable<Profile> Read()
    {
        Assembly assembly = typeof(Profiles).Assembly;
        foreach (
            string file in assembly
                .GetManifestResourceNames()
                .Where(file => file.StartsWith(Folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(file)!);
            yield return ProfileFile.Parse(reader.ReadToEnd(), file);
        }
    }
}
