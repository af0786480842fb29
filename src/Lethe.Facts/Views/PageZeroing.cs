using Lethe.Evidence;

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
internal sealed record PageZeroing(bool? OnFree, bool? OnAllocation, bool? Poisons, IReadOnlyList<Citation> Evidence, string? Needed)
{
    private const string Said = "mem auto-init: stack",
        SaidOfPoisoning = "mem auto-init: CONFIG_PAGE_POISONING is on, will take precedence";

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["kernel:log", .. KernelCommandLine.Wants, .. KernelConfiguration.Wants];

    /// <summary>Reads it out of facts; of a file system at rest with several boot loaders the one that leaves most behind.</summary>
    public static PageZeroing Of(HostFacts facts) =>
        facts.View(read => (read.Scope == FactScope.Host ? Logged(read) : null) ?? Configured(read));

    private static PageZeroing? Logged(HostFacts facts)
    {
        TextLine[] log = [.. facts.Read("kernel:log").Lines.Where(line => line.Text.Contains("mem auto-init", StringComparison.Ordinal))];
        TextLine[] said = [.. log.Where(line => Begins(line.Text, Said))];
        if (said.Length == 0) return null;
        // The line about poisoning is printed only where zeroing was asked for as well.
        TextLine[] poisoning = [.. log.Where(line => Begins(line.Text, SaidOfPoisoning))];
        PageZeroing derived = Configured(facts);
        bool onFree = said[^1].Text.Contains("heap free:on", StringComparison.Ordinal);
        // Zeroing that is on was not switched off by poisoning.
        bool? poisons = poisoning.Length > 0 ? true : onFree ? false : derived.Poisons;
        Citation[] evidence =
        [
            said[^1].Evidence,
            .. poisoning.Select(line => line.Evidence),
            .. poisoning.Length == 0 && poisons is true ? derived.Evidence : [],
        ];
        return new PageZeroing(
            onFree,
            said[^1].Text.Contains("heap alloc:on", StringComparison.Ordinal),
            poisons,
            evidence,
            poisons is null ? derived.Needed : null
        );
    }

    // The message, not a name that somebody else got into another one: "<6>[    0.028] [    T0] mem auto-init: ...".
    private static bool Begins(string line, string message)
    {
        ReadOnlySpan<char> rest = line.AsSpan().TrimStart();
        while (rest is ['<' or '[', ..])
        {
            int end = rest.IndexOf(rest[0] == '<' ? '>' : ']');
            if (end < 0) return false;
            rest = rest[(end + 1)..].TrimStart();
        }

        return rest.StartsWith(message, StringComparison.Ordinal);
    }

    private static PageZeroing Configured(HostFacts facts)
    {
        var built = KernelConfiguration.Of(facts);
        IReadOnlyList<KernelCommandLine> lines = KernelCommandLine.Each(facts);
        return lines.Count == 0 ? Derived(KernelCommandLine.Of(facts), built) : lines.Select(line => Derived(line, built)).MinBy(Rank)!;
    }

    // What leaves most behind first; what is not known before what is well.
    private static int Rank(PageZeroing zeroing) => zeroing switch
    {
        { OnFree: false, Poisons: false } => 0,
        { OnFree: null } or { Poisons: null } => 1,
        { Poisons: true } => 2,
        _ => 3,
    };

    private static PageZeroing Derived(KernelCommandLine line, KernelConfiguration built)
    {
        string[] parameters = ["page_poison", "init_on_free", "init_on_alloc"],
            options = ["PAGE_POISONING", "INIT_ON_FREE_DEFAULT_ON", "INIT_ON_ALLOC_DEFAULT_ON"];
        Citation[] evidence =
        [
            .. parameters.Select(name => line.Last(name)?.Evidence).OfType<Citation>(),
            .. options.Select(built.Evidence).OfType<Citation>(),
        ];
        bool? poisons = And(line.Problem is null ? line.Switch("page_poison") ?? false : null, Set(built["PAGE_POISONING"]));
        bool? onFree = Zeroes("init_on_free", "INIT_ON_FREE_DEFAULT_ON"),
            onAllocation = Zeroes("init_on_alloc", "INIT_ON_ALLOC_DEFAULT_ON");
        string? needed =
            onFree is null || poisons is null
                ? "the kernel's boot log, or its command line and configuration "
                    + $"({line.Problem ?? built.Problem ?? "which say too little"})"
                : null;
        return new PageZeroing(onFree, onAllocation, poisons, evidence, needed);

        // Both came with Linux 5.3: a configuration without a word of the option is of a kernel that does not know the parameter.
        bool? Zeroes(string parameter, string option) =>
            poisons is true || built.Lacks(option)
                ? false
                : And(poisons is null ? null : true, line.Problem is null ? line.Switch(parameter) ?? Set(built[option]) : null);
    }

    private static bool? Set(string? option) => option is null ? null : option == "y";

    private static bool? And(bool? first, bool? second) =>
        first is false || second is false ? false
        : first is null || second is null ? null
        : true;
}
