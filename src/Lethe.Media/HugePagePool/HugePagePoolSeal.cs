using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.HugePagePool;

/// <summary>
/// Huge pages are overwritten before they go back to the pool, which never clears them. Where the pool is mounted as a file
/// system, the workload gets a mount of its own. Lethe keeps its files and overwrites them.
/// </summary>
internal sealed class HugePagePoolSeal : ISeal
{
    public Medium Medium => Medium.HugePagePool;

    public SealPlan Plan(SealConditions conditions)
    {
        IEnumerable<MountedFileSystem> mounted = ChildProcess.IsSuperuser ? MountedFileSystem.Of("self") : [];
        PrivateFileSystem[] pools = [.. mounted.Where(place => place.Type == "hugetlbfs").Select(InPlaceOf)];
        return new SealPlan("zeroed before they go back") { FileSystems = pools };
    }

    public SealedMedium Apply(SealPlan plan, ISealing sealing) => new Sealed(Medium, plan, end =>
        end.Memory.Missed is { } missed ? Outcome.Open(missed) : Outcome.Overwritten(end.ObjectsOf(Medium)));

    // It has those options of the mount it hides that say who owns it, who may use it, and how large its pages are.
    private static PrivateFileSystem InPlaceOf(MountedFileSystem hidden) =>
        new(hidden.Type, hidden.Directory, [.. hidden.Options.Where(IsKept)]);

    private static bool IsKept(string option) => option.Split('=')[0] is "pagesize" or "mode" or "uid" or "gid";
}
