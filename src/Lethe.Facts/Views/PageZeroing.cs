using Lethe.Evidence.Audit;

namespace Lethe.Facts.Views;

/// <summary>
/// What the kernel does with pages that are given back: as its boot log says (<c>report_meminit</c>, mm/mm_init.c), or else as its
/// parameters and options make it do. Page poisoning takes the place of zeroing and switches it off, on the command line or not.
/// </summary>
/// <param name="OnFree">Whether freed pages and objects are zeroed; null when it is not known.</param>
/// <param name="OnAllocation">Whether they are zeroed when they are given out; null when it is not known.</param>
/// <param name="Poisons">Whether freed pages are filled with a pattern instead; null when it is not known.</param>
/// <param name="Evidence">What says so.</param>
/// <param name="Needed">What would be needed to know; null when it is known.</param>
public sealed record PageZeroing(bool? OnFree, bool? OnAllocation, bool? Poisons, IReadOnlyList<FactLine> Evidence, string? Needed)
{
    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["kernel:log", .. KernelCommandLine.Wants, .. KernelConfiguration.Wants];

    /// <summary>Reads it out of facts.</summary>
    public static PageZeroing Of(HostFacts facts) => (facts.Scope == FactScope.Host ? Logged(facts) : null) ?? Derived(facts);

    private static PageZeroing? Logged(HostFacts facts)
    {
        IReadOnlyList<TextLine> log = facts.Read("kernel:log").Lines;
        if (!log.Any(line => line.Text.Contains("mem auto-init: stack", StringComparison.Ordinal))) return null;
        TextLine said = log.Last(line => line.Text.Contains("mem auto-init: stack", StringComparison.Ordinal));
        // The line about poisoning is printed only where zeroing was asked for as well.
        TextLine[] poisoning = [.. log.Where(line => line.Text.Contains("CONFIG_PAGE_POISONING is on, will take precedence", StringComparison.Ordinal))];
        bool? poisons = poisoning.Length > 0 ? true : Derived(facts).Poisons;
        return new PageZeroing(said.Text.Contains("heap free:on", StringComparison.Ordinal), said.Text.Contains("heap alloc:on", StringComparison.Ordinal), poisons, [said.Evidence, .. poisoning.Select(line => line.Evidence)], null);
    }

    private static PageZeroing Derived(HostFacts facts)
    {
        var line = KernelCommandLine.Of(facts);
        var built = KernelConfiguration.Of(facts);
        string[] parameters = ["page_poison", "init_on_free", "init_on_alloc"], options = ["PAGE_POISONING", "INIT_ON_FREE_DEFAULT_ON", "INIT_ON_ALLOC_DEFAULT_ON"];
        FactLine[] evidence = [.. parameters.Select(name => line.Last(name)?.Evidence).OfType<FactLine>(), .. options.Select(built.Evidence).OfType<FactLine>()];
        bool? poisons = And(line.Problem is null ? line.Switch("page_poison") ?? false : null, Set(built["PAGE_POISONING"]));
        bool? onFree = poisons is true ? false : And(poisons is null ? null : true, Wanted("init_on_free", "INIT_ON_FREE_DEFAULT_ON"));
        bool? onAllocation = poisons is true ? false : And(poisons is null ? null : true, Wanted("init_on_alloc", "INIT_ON_ALLOC_DEFAULT_ON"));
        string? needed = onFree is null ? $"the kernel's boot log, or its command line and configuration ({line.Problem ?? built.Problem})" : null;
        return new PageZeroing(onFree, onAllocation, poisons, evidence, needed);

        bool? Wanted(string parameter, string option) => line.Problem is null ? line.Switch(parameter) ?? Set(built[option]) : null;
    }

    private static bool? Set(string? option) => option is null ? null : option == "y";

    private static bool? And(bool? first, bool? second) => first is false || second is false ? false : first is null || second is null ? null : true;
}
