using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.KernelBuffers;

/// <summary>
/// Nothing can keep a workload's data out of pipes, sockets and names. Either the kernel zeroes them when it frees them
/// (init_on_free), or free memory is scrubbed afterwards. Otherwise the medium stays open.
/// </summary>
internal sealed class KernelBuffersSeal : ISeal
{
    public Medium Medium => Medium.KernelBuffers;

    public SealPlan Plan(SealConditions conditions) => conditions switch
    {
        { KernelZeroes: true } => new SealPlan("the kernel zeroes what is freed (init_on_free)"),
        { Options.Scrub: true } => new SealPlan("free memory is scrubbed at the end"),
        _ => SealPlan.Open("this kernel does not zero on free; --scrub closes it"),
    };

    public SealedMedium Apply(SealPlan plan, ISealing sealing) =>
        new Sealed(Medium, plan, sealing.Conditions.KernelZeroes ? Zeroed : Judge);

    private static Outcome Zeroed(WorkloadEnd end) =>
        new(PurgeMethod.ReturnToZeroingAllocator, 0, Outcome.KernelZeroes, Verdict.Clean, null);

    private static Outcome Judge(WorkloadEnd end) => end switch
    {
        { CompleteScrub: { } scrub } =>
            new Outcome(PurgeMethod.Overwrite, scrub.Covered, null, Verdict.Inconclusive, null).AfterScrub(scrub),
        { Scrub: { } scrub } => Outcome.Open(
            scrub.Missing.Count > 0 ? scrub.Missing[0] : $"the scrub did not come to its end ({scrub.End})"
        ),
        _ => Outcome.Open("free memory was not scrubbed"),
    };
}
