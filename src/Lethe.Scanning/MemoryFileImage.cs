using Lethe.Linux;

namespace Lethe.Scanning;

/// <summary>Physical memory or a disk that lies in a memory file, searched in place.</summary>
/// <remarks>
/// As physical memory this is right for QEMU's <c>pc</c> machine up to 3 GiB, where file offset and physical address
/// are the same (above that the machine has a hole for PCI devices).
/// </remarks>
public sealed unsafe class MemoryFileImage(MemoryFile file) : IPhysicalMemory
{
    private const int Stretch = 1 << 20;

    /// <inheritdoc/>
    public long Length => file.Length;

    /// <inheritdoc/>
    public IEnumerable<(long Offset, long Length)> DataRanges() => file.DataRanges();

    /// <inheritdoc/>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (address > (ulong)Length || (ulong)destination.Length > (ulong)Length - address) return false;
        Read((long)address, destination.Length).CopyTo(destination);
        return true;
    }

    /// <summary>Looks for a canary everywhere in the file.</summary>
    /// <param name="canary">What to look for.</param>
    /// <param name="plantedBytes">How much of it there was.</param>
    public Survivors Search(Canary canary, long plantedBytes)
    {
        var found = new Survivors(canary, plantedBytes);
        foreach ((long offset, long length) in DataRanges())
        {
            for (long at = offset; at < offset + length; at += Stretch)
            {
                int own = (int)Math.Min(Stretch, offset + length - at);
                int readable = (int)Math.Min(own + canary.WordSize, Length - at);
                CanarySearch.Search(Read(at, readable), at, own, canary, found);
            }
        }

        return found;
    }

    // SAFETY: callers keep offset and length inside the file, which stays mapped while it lives.
    private ReadOnlySpan<byte> Read(long offset, int length) => new(file.Start + offset, length);
}
