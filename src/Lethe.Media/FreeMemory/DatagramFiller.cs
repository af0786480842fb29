using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.FreeMemory;

/// <summary>Datagrams of zeros in sockets that nobody reads, in sizes that fill each size of the kernel's packet buffers.</summary>
/// <param name="caches">Says how many objects to take.</param>
internal sealed class DatagramFiller(ObjectCaches caches) : ZeroObjects
{
    // Besides the data, a buffer holds struct skb_shared_info (net/core/skbuff.c, alloc_skb).
    private const int HeadBytes = 320;

    // These sizes fill the caches of 512 bytes to 8 KiB, then contiguous pages, then single pages.
    private static readonly int[] Sizes = [190, 320, 700, 1720, 3760, 7860, 15900, 65536];

    public override long Take(ScrubGuard guard)
    {
        long taken = 0;
        byte[] zeros = new byte[Sizes[^1]];
        try
        {
            foreach (int size in Sizes)
            {
                long wanted = (long)caches.ToTake(size + HeadBytes) * size;
                for (long done = 0; done < wanted && guard.Allows(1 << 20);)
                {
                    (Descriptor sender, Descriptor receiver) = LocalSocket.DatagramPair();
                    Hold(sender);
                    Hold(receiver);
                    long sent = Sending.Repeatedly(sender, zeros.AsSpan(0, size));
                    if (sent == 0) break;
                    done += sent;
                    taken += sent;
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
