using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// System V messages of zeros. They fill the caches of 64 bytes to 4 KiB that have objects charged to a cgroup.
/// </summary>
/// <param name="caches">Says how many objects to take.</param>
internal sealed class MessageFiller(ObjectCaches caches) : ZeroObjects
{
    // struct msg_msg (ipc/msgutil.c).
    private const int HeadBytes = 48;
    private static readonly int[] Sizes = [64, 96, 128, 192, 256, 512, 1024, 2048, 4096];

    public override long Take(ScrubGuard guard)
    {
        long taken = 0;
        try
        {
            foreach (int size in Sizes)
            {
                int wanted = caches.ToTake(size);
                for (int done = 0; done < wanted && guard.Allows(1 << 20);)
                {
                    var queue = Hold(new SysvMessages());
                    int before = done;
                    while (done < wanted && queue.TrySendZeros(size - HeadBytes)) done++;
                    if (done == before) break;
                    taken += (long)(done - before) * size;
                }
            }
        }
        catch (LinuxException failure) when (IsLimit(failure))
        {
            // The limit is reached.
        }

        return taken;
    }
}
