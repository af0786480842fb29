using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.MemfdSecret;

/// <summary>
/// The kernel zeroes the pages of memfd_secret files when it frees them (secretmem_free_folio of mm/secretmem.c), in every version that
/// has them. No run can check that: only its owner can read that memory.
/// </summary>
internal sealed class MemfdSecretSeal : ISeal
{
    public Medium Medium => Medium.MemfdSecret;

    public SealPlan Plan(SealConditions conditions) => new("the kernel zeroes them");

    public SealedMedium Apply(SealPlan plan, ISealing sealing) =>
        new Sealed(
            Medium,
            plan,
            _ => IsOffered() ? Outcome.ProvedElsewhere("memfd-secret/exit") : Outcome.Empty("this kernel offers none")
        );

    private static bool IsOffered()
    {
        try
        {
            using Descriptor probe = SecretMemory.Create();
            return true;
        }
        catch (LinuxException failure) when (failure.Error == Errno.ENOSYS)
        {
            return false;
        }
    }
}
