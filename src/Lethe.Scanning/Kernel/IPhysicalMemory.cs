namespace Lethe.Scanning.Kernel;

/// <summary>A machine's physical memory, however it is stored.</summary>
public interface IPhysicalMemory
{
    /// <summary>Bytes; physical addresses run from 0 to here.</summary>
    long Length { get; }

    /// <summary>Copies bytes from a physical address.</summary>
    /// <returns>False when not all of them are inside the memory.</returns>
    bool TryRead(ulong address, Span<byte> destination);

    /// <summary>The stretches that are not known to be zero, whole pages, in order.</summary>
    IEnumerable<(long Offset, long Length)> DataRanges();
}
