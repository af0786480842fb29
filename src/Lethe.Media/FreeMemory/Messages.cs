using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>System V messages of zeros: they fill the caches whose objects are charged to a control group, from 64 bytes to 4 KiB.</summary>
internal sealed class Messages : ZeroObjects
{
    // A message has a head of 48 bytes, and what does not fit into a page goes into pieces with heads of 8 (ipc/msgutil.c).
    private static readonly int[] Sizes = [1, 30, 70, 100, 130, 190, 430, 900, 1900, 4000];
    private const int BytesOfEach = 512 << 10;

    public override long Take(ScrubGuard guard)
    {
        long taken = 0;
        try
        {
            foreach (int size in Sizes)
            {
                for (long done = 0; done < BytesOfEach && guard.Allows(BytesOfEach);)
                {
                    var queue = Hold(new PrivateMessages());
                    long before = done;
                    while (queue.TrySendZeros(size)) done += size + 48;
                    if (done == before) break;
                    taken += done - before;
                }
            }
        }
        catch (LinuxException failure) when (IsLimit(failure))
        {
            // As many as there may be.
        }

        return taken;
    }
}
