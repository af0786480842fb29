using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.Swap;

/// <summary>Whether swapped-out memory can be read from the medium afterwards.</summary>
internal sealed class SwapAudit : IAudit
{
    public Medium Medium => Medium.Swap;

    public IReadOnlyList<string> Wants => [.. SwapAreas.Wants, .. SwapHabits.Wants, .. SecretHolders.Wants];

    public IReadOnlyList<Rule> Rules { get; } = [.. AreaRules.All, .. SwapHabits.Rules, SecretHolders.Rule];
}
