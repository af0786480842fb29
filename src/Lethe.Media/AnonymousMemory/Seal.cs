using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.AnonymousMemory;

/// <summary>Zeroes each process's own memory before the kernel takes it back; the tracer of Lethe.Disposal does it.</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("anonymous-memory", "anonymous memory");

    public SealedMedium Apply(ISealing sealing)
    {
        bool zeroes = sealing.Effective is { InitOnFree: true };
        // The kernel's own zeroing, or a scrub, covers what a process gave back before its end.
        string? gap = sealing.Options.Strict || sealing.Options.Scrub || zeroes ? null : "memory that a process gives back while it lives (--strict closes it)";
        return new Sealed(Medium, "zeroed at exit, kill and execve" + (sealing.Options.Strict ? ", and when given back" : ""), gap, end => Judge(end, gap, zeroes));
    }

    private static Outcome Judge(WorkloadEnd end, string? gap, bool zeroes)
    {
        // What was missed is zeroed by a kernel that zeroes, and by a scrub.
        string? missed = zeroes || end.Scrubbed ? null : end.Memory.Missed ?? gap;
        string verification = $"{end.Memory.VerifiedPages} pages read back as zero";
        return new Outcome(PurgeMethod.Overwrite, end.Memory.WipedBytes, verification, missed is null ? Verdict.Clean : Verdict.Inconclusive, missed);
    }
}
