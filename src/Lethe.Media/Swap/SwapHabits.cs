using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.Swap;

/// <summary>Settings around swap that are mistaken for protection, or that add copies.</summary>
internal static class SwapHabits
{
    private const string Compressed = "/sys/module/zswap/parameters/enabled", Swappiness = "vm.swappiness";

    public static IReadOnlyList<string> Wants { get; } =
    [Compressed, .. SystemSettings.Wants(Swappiness), .. KernelCommandLine.Wants, .. KernelConfiguration.Wants];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("swap/swappiness-is-no-answer", Severity.Low, "a low swappiness is not relied on",
            "vm.swappiness says what is swapped out first, not whether: under pressure, and on request of a control group, pages of "
                + "processes still go to the area.",
            SwappinessIsNoAnswer
        )
        {
            Routes = ["swap/exit"],
        },
        new("swap/zswap", Severity.Low, "swapped pages are not kept compressed in RAM as well",
            "zswap keeps swapped pages compressed in RAM and writes them to the area later. Switching it off leaves what it holds; only "
                + "swapoff empties it. Compressed copies are not found by a search for their content.",
            Zswap
        ),
    ];

    private static IEnumerable<Judgement> SwappinessIsNoAnswer(HostFacts facts)
    {
        Setting setting = SystemSettings.Read(facts, Swappiness);
        if (setting.Value is not ("0" or "1")) yield break;
        SwapArea[] plain = [.. SwapAreas.Of(facts).All.Where(area => area.Protection == SwapProtection.Plain)];
        yield return plain.Length == 0
            ? Judgement.Closed($"{Swappiness} is {setting.Value}, and no area is plain", setting.Evidence)
            : Judgement
                .Open(
                    $"{Swappiness} is {setting.Value}, which does not keep pages out of {plain[0].Path}",
                    [setting.Evidence, .. plain[0].Evidence]
                )
                .RepairedBy(new ManualRepair($"encrypt {plain[0].Path} with a random key or do without it; leave {Swappiness} alone"));
    }

    private static IEnumerable<Judgement> Zswap(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host)
        {
            if (KernelCommandLine.Of(facts) is { Problem: null } line && line.Last("zswap.enabled") is { } asked)
                yield return line.Switch("zswap.enabled") is true
                    ? Open(asked.Evidence)
                    : Judgement.Closed("zswap is switched off", asked.Evidence);
            yield break;
        }

        Reading enabled = facts.Read(Compressed);
        if (enabled.IsUnknown) yield return Judgement.Unknown($"needs {Compressed}: {enabled.Problem}");
        else if (enabled.Value is "Y" or "y" or "1")
            yield return SwapAreas.Of(facts).All.Count == 0
                ? Judgement.Closed("zswap is on, but there is no swap area that it could stand before", enabled.Evidence)
                : Open(enabled.Evidence);
        else yield return Judgement.Closed(enabled.IsAbsent ? "this kernel has no zswap" : "zswap is off", enabled.Evidence);

        static Judgement Open(Citation evidence) =>
            Judgement.Open("zswap keeps copies of swapped pages in RAM", evidence).RepairedBy(new KernelParameter("zswap.enabled", "0"));
    }
}
