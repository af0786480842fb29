using System.Buffers.Binary;

namespace Lethe.Scanning.Sources.Storage;

/// <summary>
/// A file in makedumpfile's flattened form (makedumpfile -F: IMPLEMENTATION, makedumpfile.h). It has pieces of another file,
/// each with its offset there, in the order in which they were written. A later piece replaces what earlier pieces have at the
/// same offset.
/// </summary>
internal sealed class FlattenedStorage : IStorage
{
    private const int HeaderSize = 4096, PieceHeaderSize = 16;

    /// <summary>
    /// Bounds the index to 160 MiB. Consecutive pieces of one length, as makedumpfile writes them, count as one.
    /// </summary>
    private const int MostRuns = 1 << 22;

    /// <summary>Pieces of equal length that are consecutive in both files.</summary>
    private readonly record struct Run(long Target, long Place, long PieceLength, long Count)
    {
        public long End => Target + PieceLength * Count;
    }

    /// <summary>A range in which the bytes of one run count.</summary>
    private readonly record struct Visible(long Start, long End, int Run);

    private readonly IStorage file;
    private readonly List<Run> runs;
    private readonly List<Visible> ranges;
    private readonly bool cutOff;

    /// <summary>Reads the headers of all pieces.</summary>
    /// <exception cref="SourceException">The headers are damaged.</exception>
    public FlattenedStorage(string name, IStorage file)
    {
        this.file = file;
        runs = ReadRuns(name, file, out cutOff);
        ranges = Order(runs);
        long end = ranges.Count == 0 ? 0 : ranges[^1].End;
        // One byte more than there is, so that reading reports the missing end.
        Length = cutOff && end < long.MaxValue ? end + 1 : end;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Whether these are the first bytes of a flattened file.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith("makedumpfile\0\0\0\0"u8);

    /// <inheritdoc/>
    public int Read(long at, Span<byte> destination, out string? problem)
    {
        problem = null;
        int done = 0;
        for (int index = IndexOf(at); done < destination.Length && index < ranges.Count; at = Math.Max(at, ranges[index].Start))
        {
            Visible range = ranges[index];
            if (at < range.Start)
            {
                if (cutOff && done == 0) problem = "the flattened file is cut off before it";
                if (cutOff) return done;
                int gap = (int)Math.Min(destination.Length - done, range.Start - at);
                destination.Slice(done, gap).Clear();
                done += gap;
                at += gap;
                continue;
            }

            int got = ReadPiece(range, at, destination[done..], out problem);
            if (got == 0) break;
            done += got;
            at += got;
            if (at == range.End) index++;
            if (index == ranges.Count) break;
        }

        if (done > 0) problem = null;
        return done;
    }

    /// <inheritdoc/>
    public (long Offset, long Length)? NextData(long from, long to)
    {
        if (from >= to) return null;
        int index = IndexOf(from);
        if (cutOff || index == ranges.Count) return (from, to - from);
        long start = Math.Max(from, ranges[index].Start);
        return start < to ? (start, Math.Min(ranges[index].End, to) - start) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private int ReadPiece(in Visible range, long at, Span<byte> destination, out string? problem)
    {
        Run run = runs[range.Run];
        (long piece, long within) = Math.DivRem(at - run.Target, run.PieceLength);
        int length = (int)Math.Min(Math.Min(run.PieceLength - within, range.End - at), destination.Length);
        int got = file.Read(run.Place + piece * (run.PieceLength + PieceHeaderSize) + within, destination[..length], out problem);
        if (got == 0) problem ??= "the flattened file is cut off before it";
        return got;
    }

    // Index of the first range that ends behind an offset.
    private int IndexOf(long at)
    {
        int low = 0, high = ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ranges[middle].End > at) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private static List<Run> ReadRuns(string name, IStorage file, out bool cutOff)
    {
        var runs = new List<Run>();
        Span<byte> header = stackalloc byte[PieceHeaderSize];
        long at = HeaderSize;
        while (true)
        {
            cutOff = file.ReadAll(at, header) is not null;
            if (cutOff) return runs;
            long target = BinaryPrimitives.ReadInt64BigEndian(header), length = BinaryPrimitives.ReadInt64BigEndian(header[8..]);
            if (target == -1) return runs;
            at += PieceHeaderSize;
            if (target < 0 || length <= 0 || length > long.MaxValue - Math.Max(target, at))
                throw new SourceException(
                    $"{name}: flattened dump: the piece at offset {at - PieceHeaderSize} says what cannot be",
                    PlainBytes.Hint
                );
            cutOff = length > file.Length - at;
            if (cutOff) length = file.Length - at;
            if (length == 0) return runs;
            Run last = runs.Count > 0 ? runs[^1] : default;
            if (last.PieceLength == length && last.End == target && last.Place + last.Count * (length + PieceHeaderSize) == at)
                runs[^1] = last with { Count = last.Count + 1 };
            else runs.Add(new Run(target, at, length, 1));
            if (cutOff) return runs;
            if (runs.Count > MostRuns)
                throw new SourceException(
                    $"{name}: flattened dump of more than {MostRuns} pieces",
                    "put it together first: makedumpfile -R DUMP < FLATTENED"
                );
            at += length;
        }
    }

    /// <summary>Splits the runs into ranges without overlap. If several runs cover a range, the one written last counts.</summary>
    private static List<Visible> Order(List<Run> runs)
    {
        int[] byStart = [.. Enumerable.Range(0, runs.Count).OrderBy(index => runs[index].Target)];
        var ranges = new List<Visible>();
        // Runs that have begun. The one written last comes first.
        var begun = new PriorityQueue<int, int>();
        long at = 0;
        for (int next = 0; next < byStart.Length || begun.Count > 0;)
        {
            while (begun.Count > 0 && runs[begun.Peek()].End <= at) begun.Dequeue();
            if (begun.Count == 0)
            {
                if (next == byStart.Length) break;
                at = Math.Max(at, runs[byStart[next]].Target);
            }

            for (; next < byStart.Length && runs[byStart[next]].Target <= at; next++)
            {
                if (runs[byStart[next]].End > at) begun.Enqueue(byStart[next], -byStart[next]);
            }

            if (begun.Count == 0) continue;
            int top = begun.Peek();
            long end = runs[top].End;
            if (end <= at) continue;
            if (next < byStart.Length) end = Math.Min(end, runs[byStart[next]].Target);
            if (ranges.Count > 0 && ranges[^1].Run == top && ranges[^1].End == at) ranges[^1] = ranges[^1] with { End = end };
            else ranges.Add(new Visible(at, end, top));
            at = end;
        }

        return ranges;
    }
}
