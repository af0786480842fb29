namespace Lethe.Scanning.Sources.Storage;

/// <summary>Bytes with random access that an image is stored in. Used by any number of threads at once.</summary>
public interface IStorage : IDisposable
{
    /// <summary>Bytes, as it was when it was opened; it may have shrunk since.</summary>
    long Length { get; }

    /// <summary>Copies bytes.</summary>
    /// <param name="at">Offset of the first, in bytes.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="problem">Why there are none, for people, when the storage failed; null at its end.</param>
    /// <returns>How many were copied, perhaps fewer than asked for; 0 at the end or when they cannot be read.</returns>
    int Read(long at, Span<byte> destination, out string? problem);

    /// <summary>
    /// Finds the next stretch that is not a hole. A stretch behind the present end counts as one, so that reading it shows that it is
    /// missing.
    /// </summary>
    /// <param name="from">Where to begin, in bytes.</param>
    /// <param name="to">Where to stop, in bytes.</param>
    /// <returns>Its offset and length, inside what was asked for; null when only holes are left.</returns>
    (long Offset, long Length)? NextData(long from, long to);
}
