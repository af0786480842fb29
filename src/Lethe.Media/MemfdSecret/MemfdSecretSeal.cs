using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.MemfdSecret;

/// <summary>The kernel zeroes the pages of secret memory files itself when it frees them (mm/secretmem.c).</summary>
internal sealed class MemfdSecretSeal : ISeal
{
    public Medium Medium { get; } = new("memfd-secret", "memfd_secret");

    public SealPlan Plan(SealConditions conditions) => new("the kernel zeroes them");

    public SealedMedium Apply(SealPlan plan, ISealing sealing) => new Sealed(
        Medium, plan, _ =>
            new Outcome(PurgeMethod.ReturnToZeroingAllocator, 0, "proved by lethe prove, memfd-secret/close", Verdict.Clean, null));
}
