using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.CoreDumps;

/// <summary>The kernel's log, which firmware keeps across a crash (pstore; Documentation/admin-guide/ABI pstore).</summary>
internal static class CrashLogs
{
    private const string Kept = "/sys/fs/pstore/", Archived = "/var/lib/systemd/pstore/", Backend = "/sys/module/pstore/parameters/backend";

    private static readonly LeftFiles Archive = new(
        Archived,
        "logs of crashes",
        new ManualRepair($"overwrite and delete the files in {Archived}")
    );

    private static readonly LeftFiles Store = new(
        Kept,
        "logs of crashes",
        new ManualRepair($"delete the files in {Kept}, which frees the firmware's variables")
    );

    public static IReadOnlyList<string> Wants { get; } = [Kept, Archived, Backend, .. MountTable.Wants];

    /// <summary>Whether logs of earlier crashes are left.</summary>
    public static IEnumerable<Judgement> NoneLeft(HostFacts facts)
    {
        foreach (Judgement judgement in Archive.Of(facts)) yield return judgement;
        if (facts.Scope != FactScope.Host) yield break;
        Reading store = facts.Read(Kept), backend = facts.Read(Backend);
        // If pstore is not mounted, the directory is empty, whatever the firmware holds.
        if (
            !store.IsUnknown
            && store.Entries.Count == 0
            && backend.Value is { } name
            && name != "(null)"
            && !MountTable.Of(facts).All.Any(mount => mount.Type == "pstore")
        )
            yield return Judgement.Unknown($"needs pstore mounted at {Kept}", backend.Evidence).About(Kept.TrimEnd('/'));
        else
            foreach (Judgement judgement in Store.Of(facts)) yield return judgement;
    }

    /// <summary>Whether the next crash will leave its log.</summary>
    public static IEnumerable<Judgement> NotKept(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        Reading backend = facts.Read(Backend);
        if (backend.IsUnknown) yield return Judgement.Unknown($"needs {Backend}: {backend.Problem}");
        else if (backend.Value is null or "(null)" or "")
            yield return Judgement.Closed("no firmware keeps the kernel's log over a crash", backend.Evidence);
        else
            yield return Judgement
                .Open($"the kernel's log is kept over a crash by {backend.Value}", backend.Evidence)
                .RepairedBy(Off(backend.Value));
    }

    private static Repair Off(string backend) => backend switch
    {
        "efi" or "efi_pstore" => new KernelParameter("efi_pstore.pstore_disable", "1"),
        "erst" => new KernelParameter("erst_disable"),
        _ => new ManualRepair("keep the module of the pstore backend from being loaded"),
    };
}
