using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Search;

/// <summary>A piece of a part. One thread reads it.</summary>
/// <param name="Number">Its number in the order of all pieces, from 0.</param>
/// <param name="Part">The part.</param>
/// <param name="PartNumber">The number of the part in the source, from 0.</param>
/// <param name="From">Offset in the part where it begins, in bytes.</param>
/// <param name="To">Offset in the part where it ends.</param>
internal sealed record Piece(long Number, Part Part, int PartNumber, long From, long To);

/// <summary>Hands the pieces of a source to threads, in order, and only a few beyond those that are settled.</summary>
internal sealed class PieceQueue : IDisposable
{
    private const int PageSize = 4096;

    private readonly IEnumerator<Part> parts;
    private readonly long pieceBytes;
    private readonly int ahead;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim streamIsRead = new(1);
    private Part? part;
    private int partNumber = -1;
    private long from, number;
    private bool ended;

    /// <param name="source">The source to read.</param>
    /// <param name="pieceBytes">Bytes of a piece, in parts that can be read from several places.</param>
    /// <param name="ahead">How many pieces may be read, or wait for an earlier one, at once.</param>
    public PieceQueue(Source source, long pieceBytes, int ahead)
    {
        parts = source.Parts().GetEnumerator();
        this.pieceBytes = pieceBytes;
        this.ahead = ahead;
        Room = new SemaphoreSlim(ahead);
    }

    /// <summary>Counts the pieces that may still be begun. When pieces are settled, the caller releases their number.</summary>
    public SemaphoreSlim Room { get; }

    /// <summary>Why the source broke off; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Waits for room and returns the next piece; null when there is none.</summary>
    public Piece? Take(CancellationToken cancellation)
    {
        Room.Wait(cancellation);
        // A stream is read to its end before the source is asked for the next part.
        streamIsRead.Wait(cancellation);
        bool hold = false;
        try
        {
            lock (gate)
            {
                if (!NextPart())
                {
                    Room.Release(ahead);
                    return null;
                }

                hold = !part!.Seekable;
                long to = hold || part.Length - from <= pieceBytes ? Math.Max(part.Length, from) : from + pieceBytes;
                if (hold) to = long.MaxValue;
                var piece = new Piece(number++, part, partNumber, from, to);
                from = to;
                if (hold || from >= part.Length) part = null;
                return piece;
            }
        }
        finally
        {
            if (!hold) streamIsRead.Release();
        }
    }

    /// <summary>Called when a piece has been read.</summary>
    public void IsRead(Piece piece)
    {
        if (!piece.Part.Seekable) streamIsRead.Release();
    }

    /// <summary>Skips a range in which a part has nothing to read: no more pieces of it are begun.</summary>
    /// <param name="passed">The part.</param>
    /// <param name="to">Offset in the part where the range ends.</param>
    /// <returns>The skipped range, in bytes of the part; null when all pieces of the part were begun.</returns>
    public (long From, long To)? PassOver(Part passed, long to)
    {
        lock (gate)
        {
            if (!ReferenceEquals(part, passed)) return null;
            long begun = from;
            // Pieces begin at page borders.
            from = to >= part.Length ? part.Length : Math.Max(from, to / PageSize * PageSize);
            if (from >= part.Length) part = null;
            return (begun, from);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        parts.Dispose();
        Room.Dispose();
        streamIsRead.Dispose();
    }

    private bool NextPart()
    {
        if (part is not null) return true;
        if (ended) return false;
        try
        {
            if (parts.MoveNext())
            {
                part = parts.Current;
                partNumber++;
                from = 0;
                return true;
            }
        }
        catch (Exception failure) when (failure is SourceException or IOException or UnauthorizedAccessException)
        {
            Failure = failure.Message;
        }

        ended = true;
        return false;
    }
}
