using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.FreeMemory;

/// <summary>Datagrams of zeros in sockets that nobody reads: one for each size of buffer the kernel has for packets.</summary>
/// <param name="caches">How many objects it takes.</param>
internal sealed class DatagramFiller(ObjectCaches caches) : ZeroObjects
{
    // What a buffer holds beside the data: struct skb_shared_info (net/core/skbuff.c, alloc_skb).
    private const int HeadBytes = 320;

    // They fill the caches of 512 bytes to 8 KiB, then pages in one piece, then single pages.
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
            // As many as there may be.
        }

        return taken;
    }
}
