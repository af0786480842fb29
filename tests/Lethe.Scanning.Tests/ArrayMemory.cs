using Lethe.Scanning.Kernel;

namespace Lethe.Tests.Scanning;

/// <summary>Physical memory that is an array.</summary>
internal sealed class ArrayMemory(byte[] bytes) : IPhysicalMemory
{
    public long Length => bytes.Length;

    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (address > (ulong)bytes.Length || (ulong)destination.Length > (ulong)bytes.Length - address) return false;
        bytes.AsSpan((int)address, destination.Length).CopyTo(destination);
        return true;
    }

    public IEnumerable<(long Offset, long Length)> DataRanges() => [(0, bytes.Length)];
}
