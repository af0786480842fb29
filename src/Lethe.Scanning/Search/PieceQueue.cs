using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Search;

/// <summary>A piece of a part, read by one thread.</summary>
/// <param name="Number">Its place in the order of all pieces, from 0.</param>
/// <param name="Part">The part.</param>
/// <param name="PartNumber">Which part of the source it is, from 0.</param>
/// <param name="From">Where it begins in the part, in bytes.</param>
/// <param name="To">Where it ends.</param>
internal sealed record Piece(long Number, Part Part, int PartNumber, long From, long To);

/// <summary>Hands the pieces of a source to threads, in order, and not far ahead of those that are done.</summary>
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

    /// <param name="source">What to read.</param>
    /// <param name="pieceBytes">Bytes of a piece of a part that can be read from several places.</param>
    /// <param name="ahead">How many pieces may be under way or wait for an earlier one.</param>
    public PieceQueue(Source source, long pieceBytes, int ahead)
    {
        parts = source.Parts().GetEnumerator();
        this.pieceBytes = pieceBytes;
        this.ahead = ahead;
        Room = new SemaphoreSlim(ahead);
    }

    /// <summary>Has room for as many pieces as may be begun; whoever settles a piece gives its room back.</summary>
    public SemaphoreSlim Room { get; }

    /// <summary>Why the source ended before its end.</summary>
    public string? Failure { get; private set; }

    /// <summary>The next piece; null when there is none.</summary>
    public Piece? Take(CancellationToken cancellation)
    {
        Room.Wait(cancellation);
        // A stream is read to its end before the next part is asked for.
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

    /// <summary>Says that a piece is read.</summary>
    public void IsRead(Piece piece)
    {
        if (!piece.Part.Seekable) streamIsRead.Release();
    }

    /// <summary>Says that a part has nothing to read before an offset, so that pieces there need not be begun.</summary>
    /// <returns>The range, in bytes of the part, of which no piece was begun and none will be; null when all were.</returns>
    public (long From, long To)? PassOver(Part passed, long to)
    {
        lock (gate)
        {
            if (!ReferenceEquals(part, passed)) return null;
            long begun = from;
            // Reading begins at pages.
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
