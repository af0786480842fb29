using Lethe.Linux;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.AnonymousMemory;

/// <summary>Each process's own memory is zeroed before the kernel frees it. The tracer of Lethe.Disposal does that.</summary>
internal sealed class AnonymousMemorySeal : ISeal
{
    public Medium Medium => Medium.AnonymousMemory;

    public SealPlan Plan(SealConditions conditions) => conditions.Options.Strict
        // The kernel makes a huge page by copying, and frees the pages that it copied from without zeroing them.
        ? new SealPlan("zeroed at exit, kill and execve, and when given back")
        {
            LaunchOrders = [new LaunchOrder.ForbidTransparentHugePages()],
            Filter = new FilterPart(Strict: true),
        }
        // The kernel's own zeroing, or a scrub, covers what a process freed before its end.
        : new SealPlan(
            "zeroed at exit, kill and execve",
            conditions.ZeroesFreedMemory ? null : "memory that a process gives back while it lives; --strict closes it");

    public SealedMedium Apply(SealPlan plan, ISealing sealing)
    {
        SealConditions conditions = sealing.Conditions;
        long moved = SystemMemory.MovedPages();
        return new Sealed(Medium, plan, end => Judge(end, plan.Gap ?? MovedSince(moved, conditions.Options), conditions.KernelZeroes));
    }

    // Counts the whole machine's moved pages, as the kernel does not report whose they are. Without --strict, other gaps are open anyway.
    private static string? MovedSince(long before, SealOptions options) =>
        options.Strict && SystemMemory.MovedPages() - before is > 0 and var moved
        ? $"the kernel moved {moved} pages of the machine meanwhile, and frees the places they had as they are (--scrub closes it)" : null;

    // A kernel that zeroes freed memory, or a scrub, also clears what was missed.
    private static Outcome Judge(WorkloadEnd end, string? gap, bool zeroes)
    {
        string verification = $"{end.Memory.VerifiedPages} pages read back as zero";
        var wiped = new Outcome(PurgeMethod.Overwrite, end.Memory.WipedBytes, verification, Verdict.Clean, null);
        return (end.Memory.Missed ?? gap) is { } missed ? wiped.Freed(end, zeroes, missed) : wiped;
    }
}
