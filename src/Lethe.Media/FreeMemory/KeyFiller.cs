using System.Globalization;
using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>Keys with payloads of zeros. They fill the general caches of 32 bytes to 8 KiB, and pages above that.</summary>
/// <param name="caches">Says how many objects to take.</param>
/// <param name="processor">The processor's number, which is part of the names.</param>
internal sealed class KeyFiller(ObjectCaches caches, int processor) : ZeroObjects
{
    private const int HeadBytes = 24, MostBytesOfEach = 2 << 20;
    private static readonly int[] Objects = [32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];
    private bool any;

    public override long Take(ScrubGuard guard)
    {
        long taken = 0;
        byte[] zeros = new byte[Objects[^1]];
        try
        {
            foreach (int size in Objects)
            {
                if (!guard.Allows(MostBytesOfEach)) break;
                int wanted = Math.Min(caches.ToTake(size), MostBytesOfEach / size);
                for (int count = 0; count < wanted; count++)
                {
                    string name = string.Create(CultureInfo.InvariantCulture, $"lethe {processor} {size} {count}");
                    Keyring.Add(name, zeros.AsSpan(0, Math.Max(1, size - HeadBytes)), Keyring.KEY_SPEC_PROCESS_KEYRING);
                    any = true;
                    taken += size;
                }
            }
        }
        catch (LinuxException failure) when (IsLimit(failure))
        {
            // The quota of /proc/sys/kernel/keys is reached.
        }

        return taken;
    }

    public override void Dispose()
    {
        if (any) Keyring.Clear(Keyring.KEY_SPEC_PROCESS_KEYRING);
        base.Dispose();
    }
}
