using Lethe.Linux;

namespace Lethe.Facts.Collecting;

/// <summary>The facts of the machine this runs on, or of a file system of another.</summary>
public static class LiveFacts
{
    /// <summary>Collects from this machine. What this user may not read is among the facts as that.</summary>
    /// <param name="patterns">What is wanted.</param>
    public static HostFacts Collect(IEnumerable<string> patterns)
    {
        var special = new Dictionary<string, ISpecialFacts>
        {
            ["kernel"] = new KernelFacts(),
            ["memory-file"] = new MemoryFileFacts(),
            ["process"] = new ProcessFacts(),
            ["slab"] = new SlabFacts(),
            ["swap-header"] = new SwapHeaderFacts(),
            ["vmm"] = new RunningMachines(),
            ["xen"] = new XenFacts(),
        };
        return new FactCollector("/", special).Collect(Environment.MachineName, FactScope.Host, patterns);
    }

    /// <summary>Collects from a file system at rest: nothing of this machine is read.</summary>
    /// <param name="root">The directory that is its root.</param>
    /// <param name="patterns">What is wanted.</param>
    /// <exception cref="FactsException">There is no such directory.</exception>
    public static HostFacts CollectRoot(string root, IEnumerable<string> patterns)
    {
        try
        {
            // What only a running kernel has is not looked for, so that it does not pass for absent.
            return new FactCollector(root, new Dictionary<string, ISpecialFacts>()).Collect(
                root,
                FactScope.Root,
                patterns.Where(pattern => !IsRunning(pattern))
            );
        }
        catch (LinuxException failure)
        {
            throw new FactsException($"--root {root}: {failure.Message}", "give the directory that an image or a container is unpacked in");
        }
    }

    private static bool IsRunning(string pattern) =>
        pattern.StartsWith("/proc/", StringComparison.Ordinal)
        || pattern.StartsWith("/sys/", StringComparison.Ordinal)
        || pattern.StartsWith("/dev/", StringComparison.Ordinal);
}
