using Lethe.Linux;

namespace Lethe.Facts.Collecting;

/// <summary>
/// <c>slab:caches</c>: the kernel's object caches that zeroing passes over, one a line with why (<c>slab_want_init_on_free</c>, mm/slab.h),
/// and at the end how many caches there are and how many of them are poisoned. From <c>/sys/kernel/slab</c>, which has several files for
/// each of hundreds.
/// </summary>
internal sealed class SlabFacts : ISpecialFacts
{
    private const string Name = "slab:caches", Caches = "/sys/kernel/slab";

    public IEnumerable<Fact> Collect(IReadOnlyList<string> patterns)
    {
        if (!patterns.Contains(Name) || !Directory.Exists(Caches)) yield break;
        var lines = new List<string>();
        int caches = 0, poisoned = 0, closed = 0;
        foreach (string cache in (VanishingFiles.TryList(Caches) ?? []).Order(StringComparer.Ordinal))
        {
            // A cache that others were merged into stands there once by itself, and under a link for each of its names; caches with a
            // constructor are never merged.
            if (VanishingFiles.TryReadLink($"{Caches}/{cache}") is not null) continue;
            try
            {
                // A cache that was destroyed meanwhile, as those of modules and control groups are, is none.
                if (
                    VanishingFiles.TryReadText($"{Caches}/{cache}/ctor") is not { } constructor
                    || VanishingFiles.TryReadText($"{Caches}/{cache}/destroy_by_rcu") is not { } late
                )
                    continue;
                if (VanishingFiles.TryReadText($"{Caches}/{cache}/poison")?.Trim() == "1") poisoned++;
                string why = $"{(constructor.Trim().Length > 0 ? " constructor" : "")}{(late.Trim() == "1" ? " typesafe-by-rcu" : "")}";
                if (why.Length > 0) lines.Add(cache + why);
            }
            catch (LinuxException refused) when (refused.Error is Errno.EACCES or Errno.EPERM)
            {
                closed++;
            }

            caches++;
        }

        if (closed > 0) yield return new Fact(Name, Problem: "permission denied; run as root", Source: Caches);
        else yield return new Fact(Name, string.Join('\n', [.. lines, $"{caches} caches, {poisoned} poisoned"]), Source: Caches);
    }
}
