namespace Lethe.Scanning.Kernel;

/// <summary>A machine's physical memory, however it is stored.</summary>
public interface IPhysicalMemory
{
    /// <summary>Length in bytes. Physical addresses run from 0 up to it.</summary>
    long Length { get; }

    /// <summary>Copies bytes from a physical address into all of <paramref name="destination"/>.</summary>
    /// <returns>False when not all of them are inside the memory.</returns>
    bool TryRead(ulong address, Span<byte> destination);

    /// <summary>The ranges that are not known to be zero, in bytes, as whole pages, in order.</summary>
    IEnumerable<(long Offset, long Length)> DataRanges();
}
