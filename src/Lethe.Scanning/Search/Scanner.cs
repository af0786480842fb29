using Lethe.Scanning.Kernel;
using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Search;

/// <summary>Reads a source once, with several threads, and shows it to all detectors.</summary>
/// <remarks>
/// Memory is bounded, whatever the size of the source: blocks are searched in the source's own buffers. Ranges that a source
/// skips as zero are not searched, and no match crosses them.
/// </remarks>
public sealed class Scanner
{
    private const int PageSize = 4096, PiecesAhead = 2;

    private readonly IReadOnlyList<IDetector> detectors;
    private readonly ScanOptions options;
    private readonly IReadOnlyList<Pattern> patterns;
    private readonly int reach;

    /// <summary>Prepares scans.</summary>
    /// <param name="detectors">What to look for.</param>
    /// <param name="options">How to scan; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Scanner(IReadOnlyList<IDetector> detectors, ScanOptions? options = null)
    {
        this.detectors = detectors;
        this.options = options ?? new ScanOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Jobs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.PieceBytes, PageSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(this.options.PieceBytes % PageSize, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.BlockBytes, PageSize);
        patterns = [.. detectors.SelectMany(detector => detector.Patterns)];
        reach = ReachOf(detectors);
    }

    /// <summary>The patterns of all detectors, in the order of the detectors.</summary>
    public IReadOnlyList<Pattern> Patterns => patterns;

    /// <summary>Scans a source. Damage is reported as unread ranges in the result.</summary>
    /// <exception cref="OperationCanceledException">The scan was cancelled.</exception>
    public ScanResult Scan(Source source, CancellationToken cancellation = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var queue = new PieceQueue(source, options.PieceBytes, options.Jobs * PiecesAhead);
        var scan = new Run(source, queue, new ScanFindings(patterns, reach, options.KeptMatches), stop);
        foreach (string defect in source.Defects) scan.Findings.Miss(null, 0, 0, defect);
        Thread[] others = [.. Enumerable.Range(1, options.Jobs - 1).Select(_ => new Thread(() => Work(scan)))];
        foreach (Thread thread in others) thread.Start();
        Work(scan);
        foreach (Thread thread in others) thread.Join();
        cancellation.ThrowIfCancellationRequested();
        scan.Failure?.Throw();
        if (queue.Failure is { } failure) scan.Findings.Miss(null, 0, 0, failure);
        return scan.Findings.Finish(scan.BytesRead);
    }

    /// <summary>The greatest reach of some detectors, in bytes.</summary>
    internal static int ReachOf(IReadOnlyList<IDetector> detectors) => detectors.Select(detector => detector.Reach).Append(1).Max();

    private void Work(Run scan)
    {
        try
        {
            var search = new PieceSearch(detectors, options.BlockBytes);
            while (scan.Queue.Take(scan.Stop.Token) is { } piece)
            {
                var matches = new PieceMatches(patterns, piece.From, reach, scan.Findings.Wanted);
                try
                {
                    Read(piece, search, matches, scan);
                }
                finally
                {
                    scan.Queue.IsRead(piece);
                }

                int settled = scan.Findings.Take(piece, matches);
                if (settled > 0) scan.Queue.Room.Release(settled);
            }
        }
        catch (OperationCanceledException) when (scan.Stop.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            scan.Fail(failure);
        }
    }

    private void Read(Piece piece, PieceSearch search, PieceMatches matches, Run scan)
    {
        Part part = piece.Part;
        int skew = (int)((part.Address ?? 0) & (PageSize - 1));
        // Reading begins before the piece, so that matches across its border are seen whole.
        long position = Math.Max(0, piece.From - (reach + PageSize - 1) / PageSize * PageSize), end = position;
        search.Begin(position);
        bool goesOn = false;
        // One delegate for all stretches: one for each would be garbage.
        Action<long, long, string> skipped = (offset, length, why) => scan.Findings.Miss(part, offset, length, why);
        try
        {
            using IPartReader reader = scan.Source.Open(part, position);
            while (true)
            {
                bool more = reader.Next(out Stretch stretch);
                if (!more || stretch.At >= piece.To)
                {
                    goesOn |= more && end == piece.To && stretch.At == piece.To && stretch.MissingBecause is null;
                    if (position <= piece.To) scan.Queue.PassOver(part, more ? stretch.At : part.Length);
                    break;
                }

                scan.Stop.Token.ThrowIfCancellationRequested();
                position = stretch.At;
                if (stretch.MissingBecause is not null)
                {
                    Miss(piece, position, stretch.MissingBytes, stretch.MissingBecause, scan);
                    position += stretch.MissingBytes;
                }

                ReadOnlySpan<byte> bytes = stretch.Bytes[..(int)Math.Min(stretch.Bytes.Length, piece.To - stretch.At)];
                goesOn = bytes.Length < stretch.Bytes.Length;
                search.Search(bytes, stretch.At, skew, matches, skipped);
                // Last, while the bytes are in a cache. Only the beginning of each page is examined.
                LookForKernel(piece, bytes, stretch.At, skew, scan);
                position = Math.Max(position, stretch.At + stretch.Bytes.Length);
                end = Math.Max(end, stretch.At + bytes.Length);
                long own = stretch.At + bytes.Length - Math.Max(stretch.At, piece.From);
                long read = scan.Count(Math.Max(0, own));
                options.Progress?.Invoke(read);
            }
        }
        catch (Exception failure) when (failure is SourceException or IOException or UnauthorizedAccessException)
        {
            long from = Math.Max(position, piece.From), to = Math.Min(piece.To, part.Length);
            // The next piece reports failures behind this one.
            if (from < to) scan.Findings.Miss(part, from, part.HasUnknownLength ? 0 : to - from, failure.Message);
        }

        search.End(matches, goesOn);
        matches.Finish(part.Seekable ? piece.To : end);
    }

    // The piece before reports notes that lie before this piece.
    private static void LookForKernel(Piece piece, ReadOnlySpan<byte> bytes, long at, int skew, Run scan)
    {
        int from = (int)((-(at + skew)) & (PageSize - 1));
        while ((from = VmCoreInfo.NextStart(bytes, from)) >= 0)
        {
            if (at + from >= piece.From) scan.Findings.NoteKernel(piece.Part, at + from);
            from += PageSize;
        }
    }

    private static void Miss(Piece piece, long at, long bytes, string why, Run scan)
    {
        if (bytes == 0)
        {
            // How much is missing is not known.
            scan.Findings.Miss(piece.Part, at, 0, why);
            return;
        }

        long end = at + bytes, from = Math.Max(at, piece.From), to = Math.Min(piece.To, end);
        if (to > from) scan.Findings.Miss(piece.Part, from, to - from, why);
        // A range that claims an enormous length is skipped at once, not piece by piece. Pieces already begun report their own part.
        if (end > piece.To && scan.Queue.PassOver(piece.Part, end) is var (begin, next) && next > begin)
            scan.Findings.Miss(piece.Part, begin, next - begin, why);
    }

    /// <summary>A scan in progress.</summary>
    private sealed class Run(Source source, PieceQueue queue, ScanFindings findings, CancellationTokenSource stop)
    {
        private long bytesRead;

        public Source Source => source;

        public PieceQueue Queue => queue;

        public ScanFindings Findings => findings;

        public CancellationTokenSource Stop => stop;

        public long BytesRead => bytesRead;

        public System.Runtime.ExceptionServices.ExceptionDispatchInfo? Failure { get; private set; }

        public long Count(long bytes) => Interlocked.Add(ref bytesRead, bytes);

        public void Fail(Exception failure)
        {
            Failure ??= System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure);
            stop.Cancel();
        }
    }
}
