using Lethe.Evidence.Certificates;
using Lethe.Media.FreeMemory;

namespace Lethe.Media.Sealing;

/// <summary>The matrix column "seal": what keeps a medium from holding a workload's data beyond its end.</summary>
public interface ISeal
{
    /// <summary>The medium.</summary>
    Medium Medium { get; }

    /// <summary>Whether only the superuser can put it in place.</summary>
    bool NeedsSuperuser => false;

    /// <summary>Says what would be put in place. Reads what it needs of the machine, and changes nothing.</summary>
    /// <exception cref="Evidence.FailureException">It cannot be as the user wants it.</exception>
    SealPlan Plan(SealConditions conditions);

    /// <summary>
    /// Puts in place, before the workload starts, what only this seal can; what is the same for all of them (namespaces, launcher's
    /// steps, private file systems, variables) is in place already.
    /// </summary>
    /// <exception cref="IOException">It has to be there and cannot.</exception>
    SealedMedium Apply(SealPlan plan, ISealing sealing);
}

/// <summary>A seal in place, and what follows from it.</summary>
public abstract class SealedMedium
{
    /// <summary>How the medium is sealed, in a few words; null when it is not.</summary>
    public abstract string? How { get; }

    /// <summary>What will stay open, and what would close it; null when nothing will.</summary>
    public virtual string? Gap => null;

    /// <summary>After the last process has ended: clears the medium, looks at it, and says what came of it.</summary>
    public abstract MediumOutcome End(WorkloadEnd end);

    /// <summary>Takes back what is in place when the workload did not even start.</summary>
    public virtual void Abandon()
    {
    }
}

/// <summary>What is known when the last process has ended.</summary>
/// <param name="Memory">What wiping the processes' own memory came to.</param>
/// <param name="Objects">What overwriting objects came to, by medium.</param>
/// <param name="Mounts">What it mounted itself.</param>
/// <param name="CoreDumps">How many processes dumped core, as their wait status tells.</param>
/// <param name="Scrub">What scrubbing free memory afterwards came to; null when it was not scrubbed.</param>
public sealed record WorkloadEnd(
    MemoryOutcome Memory,
    IReadOnlyDictionary<Medium, ObjectsOutcome> Objects,
    OwnMounts Mounts,
    int CoreDumps,
    ScrubResult? Scrub
)
{
    /// <summary>A scrub of free memory, every kind of it, that has come to its end; null when there was none.</summary>
    public ScrubResult? CompleteScrub => Scrub is { End: ScrubEnd.Complete, Missing.Count: 0 } ? Scrub : null;
}

/// <summary>What wiping the processes' own memory came to.</summary>
/// <param name="WipedBytes">Bytes zeroed.</param>
/// <param name="SwappedBytes">Bytes that were found in swap.</param>
/// <param name="VerifiedPages">Pages read back.</param>
/// <param name="Missed">What was not wiped, in words; null when nothing was missed.</param>
public sealed record MemoryOutcome(long WipedBytes, long SwappedBytes, long VerifiedPages, string? Missed);

/// <summary>What a workload mounted and unmounted itself, which no seal watches.</summary>
/// <param name="MemoryFileSystems">File systems that live in memory.</param>
/// <param name="PlacesLeft">Private places that it unmounted, so that it wrote to what lies below.</param>
/// <param name="Namespaces">Mount namespaces that it made.</param>
public sealed record OwnMounts(int MemoryFileSystems, int PlacesLeft, int Namespaces);

/// <summary>What overwriting objects of one medium came to.</summary>
/// <param name="Seen">How many there were.</param>
/// <param name="WipedBytes">Bytes overwritten and read back.</param>
/// <param name="Missed">What was not overwritten, in words; null when nothing was missed.</param>
public sealed record ObjectsOutcome(int Seen, long WipedBytes, string? Missed);
