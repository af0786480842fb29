using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.MemfdSecret;

/// <summary>Memory that the kernel does not map, and that it zeroes when it frees it (mm/secretmem.c).</summary>
internal sealed class MemfdSecretPlant : IPlant
{
    public Medium Medium => Medium.MemfdSecret;

    public IEnumerable<Route> Routes() => [new Exit()];

    private sealed class Exit() : Route("exit", "the process that made a memfd_secret exits")
    {
        private Descriptor file = null!;
        private MemoryRange memory = null!;

        public override long Plant(Planting planting)
        {
            try
            {
                file = SecretMemory.Create();
            }
            catch (LinuxException failure) when (failure.Error == Errno.ENOSYS)
            {
                throw new UnsupportedException("this kernel has no memfd_secret, or it is switched off (secretmem.enable=1)");
            }

            file.SetLength(planting.Bytes);
            memory = MemoryRange.OfFile(file, planting.Bytes, writable: true);
            return planting.Fill(memory);
        }

        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }
}
