using Lethe.Linux;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.AnonymousMemory;

/// <summary>Zeroes each process's own memory before the kernel takes it back; the tracer of Lethe.Disposal does it.</summary>
internal sealed class AnonymousMemorySeal : ISeal
{
    public Medium Medium => Medium.AnonymousMemory;

    public SealPlan Plan(SealConditions conditions) => conditions.Options.Strict
        // A huge page is made by copying; the pages copied from are freed as they are.
        ? new SealPlan("zeroed at exit, kill and execve, and when given back")
        {
            LaunchOrders = [new LaunchOrder.ForbidTransparentHugePages()],
            Filter = new FilterPart(Strict: true),
        }
        // The kernel's own zeroing, or a scrub, covers what a process gave back before its end.
        : new SealPlan(
            "zeroed at exit, kill and execve",
            conditions.ZeroesFreedMemory ? null : "memory that a process gives back while it lives (--strict closes it)");

    public SealedMedium Apply(SealPlan plan, ISealing sealing)
    {
        SealConditions conditions = sealing.Conditions;
        long moved = SystemMemory.MovedPages();
        return new Sealed(Medium, plan, end => Judge(end, plan.Gap ?? MovedSince(moved, conditions.Options), conditions.KernelZeroes));
    }

    // What was moved in the whole machine: nobody says whose page it was. Without --strict other things are open anyhow.
    private static string? MovedSince(long before, SealOptions options) =>
        options.Strict && SystemMemory.MovedPages() - before is > 0 and var moved
        ? $"the kernel moved {moved} pages of the machine meanwhile, and frees the places they had as they are (--scrub closes it)" : null;

    // What was missed is zeroed by a kernel that zeroes, and by a scrub.
    private static Outcome Judge(WorkloadEnd end, string? gap, bool zeroes)
    {
        string verification = $"{end.Memory.VerifiedPages} pages read back as zero";
        var wiped = new Outcome(PurgeMethod.Overwrite, end.Memory.WipedBytes, verification, Verdict.Clean, null);
        return (end.Memory.Missed ?? gap) switch
        {
            null => wiped,
            _ when zeroes => wiped with { Verification = $"{verification}; {Outcome.KernelZeroes}" },
            _ when end.CompleteScrub is { } scrub => wiped.AfterScrub(scrub),
            var missed => wiped.Doubted(missed),
        };
    }
}
