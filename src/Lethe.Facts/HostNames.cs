namespace Lethe.Facts;

/// <summary>Keeps hosts apart that call themselves the same, as machines of one image do.</summary>
internal static class HostNames
{
    /// <summary>The same facts; every further host of a name has its number behind it.</summary>
    /// <param name="hosts">The hosts, one held at a time.</param>
    public static IEnumerable<HostFacts> Distinct(IEnumerable<HostFacts> hosts)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (HostFacts host in hosts)
        {
            string name = host.Host;
            for (int number = 2; !taken.Add(name); number++) name = $"{host.Host} ({number})";
            yield return name == host.Host ? host : new HostFacts(name, host.Scope, host.Looked, host.All);
        }
    }
}
