using System.Globalization;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.AnonymousMemory;

/// <summary>What the kernel copies or shares behind a process's back.</summary>
internal static class CopyRules
{
    private const string Merging = "/sys/kernel/mm/ksm/", HugePages = "/sys/kernel/mm/transparent_hugepage/enabled";

    public static IReadOnlyList<string> Wants { get; } =
    [Merging + "run", Merging + "pages_shared", Merging + "pages_sharing", HugePages, .. PageZeroing.Wants];

    public static IReadOnlyList<Rule> All { get; } =
    [
        new("anonymous-memory/not-merged", Severity.Medium, "equal pages are not merged",
            "A merged page (KSM) lives until the last process or machine that shares it is gone, so content outlives the workload that "
                + "wrote it; and the time that a write takes tells others what it held.",
            NotMerged
        )
        {
            AlsoMedia = [Medium.GuestMemory],
            References = ["kernel-hardening-checker: CONFIG_KSM", "Firecracker production host setup: KSM off", "CVE-2015-2877"],
        },
        new("anonymous-memory/copies-cleared", Severity.Low, "pages that are copied into huge pages are cleared",
            "When small pages are gathered into a huge one, the small ones are freed with their content while the process still runs: "
                + "what it wipes later, it wipes in the copy.",
            CopiesCleared
        )
        {
            References = ["Common Criteria FDP_RIP.2"],
        },
    ];

    private static IEnumerable<Judgement> NotMerged(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        Reading run = facts.Read(Merging + "run"), shared = facts.Read(Merging + "pages_shared");
        if (run.IsAbsent) yield return Judgement.Closed("this kernel does not merge pages", run.Evidence);
        else if (run.IsUnknown) yield return Judgement.Unknown($"needs {run.Path}: {run.Problem}");
        else if (run.Value == "1")
            yield return Judgement
                .Open($"the kernel merges equal pages, {shared.Value ?? "an unknown number"} of them now", run.Evidence, shared.Evidence)
                .RepairedBy(new KernelFile(run.Path, "2"));
        else if (run.Value == "2") yield return Judgement.Closed("merging is off, and what was merged is separate again", run.Evidence);
        else if (!long.TryParse(shared.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long pages))
            yield return Judgement.Unknown($"needs {shared.Path}: {shared.Problem ?? "it is no number"}", run.Evidence);
        else if (pages > 0)
            yield return Judgement
                .Open($"merging is off, but {pages} pages are still shared", run.Evidence, shared.Evidence)
                .RepairedBy(new KernelFile(run.Path, "2"));
        else yield return Judgement.Closed("no pages are merged", run.Evidence, shared.Evidence);
    }

    private static IEnumerable<Judgement> CopiesCleared(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        Reading huge = facts.Read(HugePages);
        var zeroing = PageZeroing.Of(facts);
        if (huge.IsAbsent) yield break;
        if (huge.IsUnknown) yield return Judgement.Unknown($"needs {HugePages}: {huge.Problem}");
        else if (huge.Value!.Contains("[never]", StringComparison.Ordinal))
            yield return Judgement.Closed("the kernel makes no huge pages by itself", huge.Evidence);
        else if (zeroing.OnFree is true || zeroing.Poisons is true)
            yield return Judgement.Closed("the kernel overwrites what it copied from", [huge.Evidence, .. zeroing.Evidence]);
        else if (zeroing.OnFree is null) yield return Judgement.Unknown($"needs {zeroing.Needed}", huge.Evidence);
        else
            yield return Judgement
                .Open("the kernel frees what it copied from as it is", [huge.Evidence, .. zeroing.Evidence])
                .RepairedBy(new KernelParameter("init_on_free", "1"));
    }
}
