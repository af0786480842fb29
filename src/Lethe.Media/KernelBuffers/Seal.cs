using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.KernelBuffers;

/// <summary>
/// Nothing can keep a workload's data out of pipes, sockets and names: the kernel zeroes them when it frees them
/// (init_on_free), or free memory is scrubbed afterwards, or they stay open.
/// </summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("kernel-buffers", "kernel buffers");

    public SealedMedium Apply(ISealing sealing) => sealing switch
    {
        { Effective.InitOnFree: true } => new Sealed(Medium, "the kernel zeroes what is freed (init_on_free)", null, _ => new Outcome(PurgeMethod.ReturnToZeroingAllocator, 0, "the kernel's boot log", Verdict.Clean, null)),
        { Options.Scrub: true } => new Sealed(Medium, "free memory is scrubbed at the end", null, Judge),
        _ => new Sealed(Medium, null, "kernel buffers: this kernel does not zero on free (--scrub closes it)", _ => Outcome.Open("this kernel does not zero on free; --scrub closes it")),
    };

    private static Outcome Judge(WorkloadEnd end) => end switch
    {
        { Scrubbed: true, Scrub: { } scrub } => new Outcome(PurgeMethod.Overwrite, scrub.Covered, $"{ByteSize.Format(scrub.Covered)} of {ByteSize.Format(scrub.Free)} free memory were taken zeroed", Verdict.Clean, null),
        { Scrub: { } scrub } => Outcome.Open(scrub.Missing.Count > 0 ? scrub.Missing[0] : $"the scrub did not come to its end ({scrub.End})"),
        _ => Outcome.Open("free memory was not scrubbed"),
    };
}
