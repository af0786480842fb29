using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Media.Swap;

/// <summary>Whether what is swapped out can be read from the medium afterwards.</summary>
internal sealed class Audit : IAudit
{
    public Medium Medium { get; } = new("swap", "swap");

    public IReadOnlyList<string> Wants => ["/proc/swaps"];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("swap/none-in-use", Severity.High, "swap areas are encrypted or absent", "Pages of processes are written to the area as they are, and stay there after their end.", NoneInUse)
        {
            Routes = ["swap/exit", "swap/swapoff"],
            References = ["NIST SP 800-53 SC-28", "PCI DSS 4.0.1 3.2.1"],
        },
    ];

    private static IEnumerable<Judgement> NoneInUse(HostFacts facts)
    {
        Reading swaps = facts.Read("/proc/swaps");
        if (swaps.IsUnknown) yield return Judgement.Unknown($"needs /proc/swaps: {swaps.Problem}");
        else if (swaps.Lines.Skip(1).All(line => line.Text.Length == 0)) yield return Judgement.Closed("no swap area is in use", swaps.Evidence);
    }
}
