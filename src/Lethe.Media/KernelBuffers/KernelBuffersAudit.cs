using System.Globalization;
using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.KernelBuffers;

/// <summary>Whether the kernel clears its own objects: buffers of pipes, sockets and terminals, names, keys.</summary>
internal sealed class KernelBuffersAudit : IAudit
{
    private const string Caches = "slab:caches";

    public Medium Medium => Medium.KernelBuffers;

    public IReadOnlyList<string> Wants => [Caches, .. PageZeroing.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("kernel-buffers/cleared-when-freed", Severity.High, "freed kernel objects are cleared",
            "What went through pipes, sockets and terminals, names of files, and keys lie in objects of the kernel, which it frees as "
                + "they are unless told otherwise. Page poisoning does not reach them.",
            ClearedWhenFreed
        )
        {
            AlsoMedia = [Medium.Keyrings],
            Routes =
            [
                "kernel-buffers/pipe",
                "kernel-buffers/unix-socket",
                "kernel-buffers/tcp-socket",
                "kernel-buffers/pty",
                "kernel-buffers/bpf-map",
                "kernel-buffers/file-names",
                "keyring/process-keyring",
            ],
            References = ["KSPP: INIT_ON_FREE_DEFAULT_ON=y", "Common Criteria FDP_RIP.2", "NIST SP 800-53 SI-14(2)", "NIST SP 800-53 MP-6"],
        },
        new("kernel-buffers/no-cache-passed-over", Severity.Low, "zeroing reaches all object caches",
            "Objects of a cache with a constructor, or whose memory may be read after it is freed (SLAB_TYPESAFE_BY_RCU), are not zeroed "
                + "when they are freed one by one, only when the whole page goes back. Most hold the kernel's own bookkeeping, some hold "
                + "names and addresses.",
            NoCachePassedOver
        )
        {
            Routes = ["kernel-buffers/file-names"],
            References = ["KSPP: INIT_ON_FREE_DEFAULT_ON=y"],
        },
    ];

    private static IEnumerable<Judgement> ClearedWhenFreed(HostFacts facts)
    {
        var zeroing = PageZeroing.Of(facts);
        (bool? poisoned, IReadOnlyList<Citation> evidence) = Poisoned(facts);
        Citation[] all = [.. zeroing.Evidence, .. evidence];
        yield return zeroing.OnFree switch
        {
            true => Judgement.Closed("the kernel zeroes objects when they are freed", zeroing.Evidence),
            _ when poisoned is true => Judgement.Closed(
                "the kernel overwrites objects with a pattern when they are freed (slab_debug=P)",
                all
            ),
            false when zeroing.Poisons is true => Judgement
                .Open("page poisoning is on, which leaves objects as they are", all)
                .RepairedBy(new NoKernelParameter("page_poison=1"), new KernelParameter("init_on_free", "1")),
            false => Judgement.Open("the kernel frees objects as they are", all).RepairedBy(new KernelParameter("init_on_free", "1")),
            null => Judgement.Unknown($"needs {zeroing.Needed}", all),
        };
    }

    private static IEnumerable<Judgement> NoCachePassedOver(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        Reading caches = facts.Read(Caches);
        if (caches.IsUnknown || caches.Problem is not null)
        {
            yield return Judgement.Unknown($"needs /sys/kernel/slab: {caches.Problem}");
            yield break;
        }

        if (caches.IsAbsent) yield break;
        if (Poisoned(facts).Poisoned is true)
        {
            yield return Judgement.Closed("every cache is poisoned instead", caches.Lines[^1].Evidence);
            yield break;
        }

        TextLine[] passed = [.. caches.Lines.SkipLast(1).Where(line => line.Words.Length > 0)];
        yield return passed.Length == 0
            ? Judgement.Closed("there are no such caches", caches.Lines[^1].Evidence)
            : Judgement
                .Open(
                    $"zeroing passes over {passed.Length} caches: "
                        + $"{string.Join(", ", passed.Take(8).Select(line => line.Words[0]))}{(passed.Length > 8 ? " and others" : "")}",
                    [.. passed.Take(40).Select(line => line.Evidence)]
                )
                .RepairedBy(
                    new ManualRepair(
                        "none without cost: slab_debug=P overwrites them as well, at about the cost of debugging; lethe run ends with a "
                            + "scrub of free memory"
                    )
                );
    }

    // The caches themselves report it, or else the command line does: slab_debug (slub_debug until 6.4) with P for all caches, or without
    // options, which means all kinds of checks.
    private static (bool? Poisoned, IReadOnlyList<Citation> Evidence) Poisoned(HostFacts facts)
    {
        if (
            facts.Read(Caches) is { Text: not null } caches
            && caches.Lines[^1] is var said
            && said.Words is [var all, "caches,", var poisoned, "poisoned"]
        )
        {
            // Caches that are for debugging, or hold what must not be touched, are never poisoned.
            bool most = Number(all) is > 0 and var count && Number(poisoned) is { } some && some * 2 >= count;
            return (most, most ? [said.Evidence] : []);
        }

        var line = KernelCommandLine.Of(facts);
        if (line.Problem is not null) return (null, []);
        Parameter? asked = line.Last("slab_debug") ?? line.Last("slub_debug");
        bool set =
            asked is { Value: var value }
            && !value.Contains(',')
            && (value.Length == 0 || value.Contains('P', StringComparison.OrdinalIgnoreCase));
        return (set, asked is { } parameter ? [parameter.Evidence] : []);
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
