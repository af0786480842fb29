using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.KernelBuffers;

/// <summary>
/// Nothing can keep a workload's data out of pipes, sockets and names: the kernel zeroes them when it frees them
/// (init_on_free), or free memory is scrubbed afterwards, or they stay open.
/// </summary>
internal sealed class KernelBuffersSeal : ISeal
{
    public Medium Medium { get; } = new("kernel-buffers", "kernel buffers");

    public SealPlan Plan(SealConditions conditions) => conditions switch
    {
        { KernelZeroes: true } => new SealPlan("the kernel zeroes what is freed (init_on_free)"),
        { Options.Scrub: true } => new SealPlan("free memory is scrubbed at the end"),
        _ => SealPlan.Open(
            "kernel buffers: this kernel does not zero on free (--scrub closes it)",
            "this kernel does not zero on free; --scrub closes it"),
    };

    public SealedMedium Apply(SealPlan plan, ISealing sealing) =>
        new Sealed(Medium, plan, sealing.Conditions.KernelZeroes ? Zeroed : Judge);

    private static Outcome Zeroed(WorkloadEnd end) =>
        new(PurgeMethod.ReturnToZeroingAllocator, 0, "the kernel's boot log", Verdict.Clean, null);

    private static Outcome Judge(WorkloadEnd end) => end switch
    {
        { Scrubbed: true, Scrub: { } scrub } => new Outcome(PurgeMethod.Overwrite, scrub.Covered, $"{ByteSize.Format(scrub.Covered)} of {ByteSize.Format(scrub.Free)} free memory were taken zeroed", Verdict.Clean, null),
        { Scrub: { } scrub } => Outcome.Open(scrub.Missing.Count > 0 ? scrub.Missing[0] : $"the scrub did not come to its end ({scrub.End})"),
        _ => Outcome.Open("free memory was not scrubbed"),
    };
}
