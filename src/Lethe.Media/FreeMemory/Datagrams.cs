using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>Datagrams of zeros in sockets that nobody reads: one for each size of buffer the kernel has for packets.</summary>
internal sealed class Datagrams : ZeroObjects
{
    // Each buffer ends with 320 bytes of bookkeeping (struct skb_shared_info), so these fill the general caches of
    // 512 bytes to 16 KiB, and the last one goes into pages (net/core/skbuff.c, alloc_skb_with_frags).
    private static readonly int[] Sizes = [150, 300, 500, 650, 900, 1300, 1700, 2500, 3700, 5000, 7800, 12000, 15900, 65536];
    private const int BytesOfEach = 1 << 20;

    public override long Take(ScrubGuard guard)
    {
        long taken = 0;
        byte[] zeros = new byte[Sizes[^1]];
        try
        {
            foreach (int size in Sizes)
            {
                for (long done = 0; done < BytesOfEach && guard.Allows(BytesOfEach);)
                {
                    (Descriptor sender, Descriptor receiver) = LocalSocket.DatagramPair();
                    Hold(sender);
                    Hold(receiver);
                    long sent = KernelBuffers.Sending.Repeatedly(sender, zeros.AsSpan(0, size));
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
