namespace Lethe.Scanning.Sources.Storage;

/// <summary>Bytes with random access that an image is stored in. Any number of threads may use it at once.</summary>
public interface IStorage : IDisposable
{
    /// <summary>Length in bytes when it was opened. It may have shrunk since.</summary>
    long Length { get; }

    /// <summary>Copies bytes.</summary>
    /// <param name="at">Offset of the first byte.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="problem">Why no bytes were read, for people, when the storage failed; null at its end.</param>
    /// <returns>How many bytes were copied, perhaps fewer than asked for. 0 at the end, or when they cannot be read.</returns>
    int Read(long at, Span<byte> destination, out string? problem);

    /// <summary>
    /// Finds the next range that is not a hole. A range behind the present end counts as one, so that reading reports that it is
    /// missing.
    /// </summary>
    /// <param name="from">Offset where to begin, in bytes.</param>
    /// <param name="to">Offset where to stop, in bytes.</param>
    /// <returns>Offset and length of the range, inside what was asked for; null when only holes are left.</returns>
    (long Offset, long Length)? NextData(long from, long to);
}
