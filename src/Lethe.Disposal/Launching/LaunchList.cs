using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Launching;

/// <summary>What the launcher is to do, collected from the seals.</summary>
internal sealed class LaunchList : IDisposable
{
    private readonly List<LaunchOrder> orders = [];
    private readonly List<(Descriptor Mount, string Directory)> mounts = [];
    private readonly List<string> missing = [];
    private int spaces;

    /// <summary>Variables added to the workload's environment.</summary>
    public List<(string Name, string Value)> Variables { get; } = [];

    /// <summary>The mounts, as the launcher gets them from <see cref="Launcher.FirstMountDescriptor"/> on.</summary>
    public IEnumerable<Descriptor> Mounts => mounts.Select(mount => mount.Mount);

    /// <summary>Adds what the launcher does of a seal.</summary>
    public void Add(SealPlan plan)
    {
        spaces |= plan.Namespaces;
        orders.AddRange(plan.LaunchOrders);
        Variables.AddRange(plan.Variables);
    }

    /// <summary>Adds a mount, which needs a mount namespace of the workload's own.</summary>
    public void Mount(Descriptor mount, string directory)
    {
        spaces |= Namespaces.CLONE_NEWNS;
        mounts.Add((mount, directory));
        // The launcher makes what is missing of it, outside the mount.
        for (string? place = directory; place is not null && !Directory.Exists(place); place = Path.GetDirectoryName(place))
            missing.Add(place);
    }

    /// <summary>All orders, in the order in which they work.</summary>
    /// <param name="readOnly">Whether all but the private places is read-only.</param>
    /// <param name="runtimeDirectory">What XDG_RUNTIME_DIR names; null for nothing.</param>
    public IEnumerable<LaunchOrder> Orders(bool readOnly, string? runtimeDirectory)
    {
        if (spaces != 0) yield return new LaunchOrder.Unshare(spaces);
        foreach (LaunchOrder order in orders) yield return order;
        // After the orders, some of which write to /proc; before the private places, which stay writable.
        if (readOnly) yield return new LaunchOrder.MakeReadOnly();
        for (int index = 0; index < mounts.Count; index++)
            yield return new LaunchOrder.Attach(Launcher.FirstMountDescriptor + index, mounts[index].Directory);
        // Programs rely on the directory that the session made for them (XDG base directory specification), which is hidden now.
        if (
            runtimeDirectory is not null
            && mounts.Any(mount => runtimeDirectory.StartsWith(mount.Directory + "/", StringComparison.Ordinal))
        )
            yield return new LaunchOrder.MakeDirectory(runtimeDirectory);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((Descriptor mount, string _) in mounts) mount.Dispose();
        foreach (string place in missing) RemoveWhenEmpty(place);
        missing.Clear();
    }

    private static void RemoveWhenEmpty(string place)
    {
        try
        {
            Directory.Delete(place);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Never made, or somebody uses it by now.
        }
    }
}
