using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Media.MemfdSecret;

/// <summary>The kernel zeroes the pages of secret memory files itself when it frees them (mm/secretmem.c).</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("memfd-secret", "memfd_secret");

    public SealedMedium Apply(ISealing sealing) => new Sealed(
        Medium, "the kernel zeroes them", null, _ => new Outcome(PurgeMethod.ReturnToZeroingAllocator, 0, "proved by lethe prove, memfd-secret/close", Verdict.Clean, null));
}
