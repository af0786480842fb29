using Lethe.Evidence.Certificates;
using Lethe.Media.FreeMemory;

namespace Lethe.Media.Sealing;

/// <summary>The matrix column "seal": keeps a medium from holding a workload's data beyond its end.</summary>
public interface ISeal
{
    /// <summary>The medium that it seals.</summary>
    Medium Medium { get; }

    /// <summary>Whether only root can put it in place.</summary>
    bool NeedsSuperuser => false;

    /// <summary>Plans what to put in place. It reads what it needs to know of the machine, and changes nothing.</summary>
    /// <exception cref="Evidence.FailureException">The user's options cannot be met.</exception>
    SealPlan Plan(SealConditions conditions);

    /// <summary>
    /// Puts in place what only this seal can, before the workload starts. What is the same for all seals (namespaces, launcher's steps,
    /// private file systems, variables) is in place already.
    /// </summary>
    /// <exception cref="IOException">It is required and cannot be put in place.</exception>
    SealedMedium Apply(SealPlan plan, ISealing sealing);
}

/// <summary>A seal in place, and what follows from it.</summary>
public abstract class SealedMedium
{
    /// <summary>How the medium is sealed, in a few words; null when it is not.</summary>
    public abstract string? How { get; }

    /// <summary>What will stay open, and what would close it; null when nothing stays open.</summary>
    public virtual string? Gap => null;

    /// <summary>Clears the medium after the last process has ended, verifies it, and returns the outcome.</summary>
    public abstract MediumOutcome End(WorkloadEnd end);

    /// <summary>Removes what is in place if the workload did not start.</summary>
    public virtual void Abandon()
    {
    }
}

/// <summary>What is known when the last process has ended.</summary>
/// <param name="Memory">The outcome of wiping the processes' own memory.</param>
/// <param name="Objects">The outcome of overwriting objects, by medium. A medium without objects may be missing.</param>
/// <param name="Mounts">What the workload mounted and unmounted itself.</param>
/// <param name="CoreDumps">How many processes dumped core, by their wait status.</param>
/// <param name="Scrub">The result of the scrub of free memory afterwards; null when there was none.</param>
public sealed record WorkloadEnd(
    MemoryOutcome Memory,
    IReadOnlyDictionary<Medium, ObjectsOutcome> Objects,
    OwnMounts Mounts,
    int CoreDumps,
    ScrubResult? Scrub
)
{
    /// <summary>The scrub, if it ran to its end and could clear every kind of free memory; null otherwise.</summary>
    public ScrubResult? CompleteScrub => Scrub is { End: ScrubEnd.Complete, Missing.Count: 0 } ? Scrub : null;
}

/// <summary>The outcome of wiping the processes' own memory.</summary>
/// <param name="WipedBytes">Bytes overwritten with zeros.</param>
/// <param name="SwappedBytes">Bytes that were found in swap.</param>
/// <param name="VerifiedPages">Pages read back as zero.</param>
/// <param name="Missed">What was not wiped, in words; null when nothing was missed.</param>
public sealed record MemoryOutcome(long WipedBytes, long SwappedBytes, long VerifiedPages, string? Missed);

/// <summary>What a workload mounted and unmounted itself, where no seal reaches.</summary>
/// <param name="MemoryFileSystems">How many file systems in memory it mounted.</param>
/// <param name="PlacesLeft">How many private places it unmounted, so that it could write to what lies below.</param>
/// <param name="Namespaces">How many mount namespaces it created.</param>
public sealed record OwnMounts(int MemoryFileSystems, int PlacesLeft, int Namespaces);

/// <summary>The outcome of overwriting the objects of one medium, such as files or segments.</summary>
/// <param name="Seen">How many objects there were.</param>
/// <param name="WipedBytes">Bytes overwritten and read back.</param>
/// <param name="Missed">What was not overwritten, in words; null when nothing was missed.</param>
public sealed record ObjectsOutcome(int Seen, long WipedBytes, string? Missed);
