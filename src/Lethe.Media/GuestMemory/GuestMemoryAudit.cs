using Lethe.Facts;
using Lethe.Facts.Guests;
using Lethe.Media.Auditing;

namespace Lethe.Media.GuestMemory;

/// <summary>Where a guest's memory is, who else can read it, and what of it stays after the guest's end.</summary>
internal sealed class GuestMemoryAudit : IAudit
{
    public Medium Medium => Medium.GuestMemory;

    public IReadOnlyList<string> Wants { get; } = [.. GuestMachines.Wants, .. GuestMemorySharingAudit.Wants];

    public IReadOnlyList<Rule> Rules { get; } = [.. GuestMemoryPlacesAudit.Rules, .. GuestMemorySharingAudit.Rules];

    /// <summary>A judgement for each guest that a rule is about, and for each that could not be read.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="judge">Judges a guest; returns null where the rule does not concern it.</param>
    public static IEnumerable<Judgement> Each(HostFacts facts, Func<GuestMachine, Judgement?> judge)
    {
        var machines = GuestMachines.Of(facts);
        foreach (GuestMachine machine in machines.All)
            if (judge(machine) is { } judgement) yield return judgement.About(machine.Name);
        foreach (Judgement unread in Unread.Of(machines.Unread)) yield return unread;
    }

    /// <summary>Closed if the guest's memory is encrypted with a key that ends with the guest; null otherwise.</summary>
    public static Judgement? ClosedByEncryption(GuestMachine machine) => machine.Encrypted is { IsOn: true, Evidence: var line }
        ? Judgement.Closed("the processor encrypts its memory, but for what it shares with the host, with a key that ends with it", line)
        : null;
}
