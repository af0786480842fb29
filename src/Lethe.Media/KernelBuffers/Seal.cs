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
        { Options.Scrub: true } => new Sealed(Medium, "free memory is scrubbed at the end", null, end => end.Scrubbed
            ? new Outcome(PurgeMethod.Overwrite, 0, null, Verdict.Clean, null)
            : Outcome.Open("the scrub did not come to its end")),
        _ => new Sealed(Medium, null, "kernel buffers: this kernel does not zero on free (--scrub closes it)", _ => Outcome.Open("this kernel does not zero on free; --scrub closes it")),
    };
}
