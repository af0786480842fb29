using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Disposal.Wiping;

/// <summary>Told about a mapping of an object in memory.</summary>
internal delegate void ObjectFound(AddressSpaceFiles files, in Mapping mapping);

/// <summary>
/// Zeroes the memory that only one address space has: pages that are present, not of a file and exclusive, and pages in
/// swap (pagemap bits 63, 61, 56, 62 of Documentation/admin-guide/mm/pagemap.rst). All other pages belong to others as well:
/// whoever is their last owner wipes them. Its buffers exist beforehand; it allocates nothing while it works.
/// </summary>
internal sealed unsafe class Wiper : IDisposable
{
    private const ulong Present = 1UL << 63, InSwap = 1UL << 62, OfFile = 1UL << 61, WriteProtected = 1UL << 57, Exclusive = 1UL << 56;
    private const int PageSize = 4096, ChunkPages = 8192, MostRuns = 16384, MostPopulated = 1024, MapsSize = 16 << 20;
    private const ulong SparseBytes = 64 << 20;

    // The zeros stay in the processor's cache, and one page in 64 is read back: the first of every run.
    private const ulong RunBytes = 256 << 10;

    // Runs for one call: enough that the call does not count, few enough to share work evenly.
    private const int BatchRuns = 8;

    private readonly MemoryRange maps = MemoryRange.Anonymous(MapsSize);
    private readonly MemoryRange entries = MemoryRange.Anonymous(ChunkPages * sizeof(ulong));
    private readonly MemoryRange runs = MemoryRange.Anonymous(MostRuns * sizeof(Run));
    private readonly MemoryRange zeros = MemoryRange.Anonymous((long)RunBytes);
    private readonly MemoryRange populated = MemoryRange.Anonymous(MostPopulated * PagemapScan.RegionSize);
    private readonly UntouchedMappings untouched = new();
    private readonly WipeCrew? crew;
    private readonly Action writeShare;
    private readonly Lock counting = new();
    private AddressSpaceFiles? files;
    private WipeCount count;
    private bool byProcess;
    private bool? swaps;
    private int runCount, nextRun;

    private readonly record struct Run(ulong Start, ulong Length, bool Direct);

    /// <summary>Told about every mapping of an object in memory that has no name; may be null.</summary>
    public ObjectFound? FoundObject { get; init; }

    /// <summary>Makes a wiper.</summary>
    /// <param name="crew">Threads to share the writing with; null to do it alone.</param>
    public Wiper(WipeCrew? crew)
    {
        this.crew = crew;
        writeShare = WriteShare;
        // Touched now, so that no page has to be found later.
        entries.Bytes.Clear();
        runs.Bytes.Clear();
        zeros.Bytes.Clear();
        populated.Bytes.Clear();
        maps.Bytes[..(1 << 20)].Clear();
    }

    /// <summary>Zeroes an address space.</summary>
    /// <param name="target">Its files.</param>
    /// <param name="alive">Whether the process still has this memory, so that it can be reached by its number, which is faster.</param>
    /// <param name="from">Only from this address on.</param>
    /// <param name="to">Only up to this address.</param>
    /// <param name="anonymousOnly">Whether private copies of file pages are passed over.</param>
    public WipeCount Wipe(AddressSpaceFiles target, bool alive, ulong from = 0, ulong to = ulong.MaxValue, bool anonymousOnly = false)
    {
        files = target;
        untouched.Forget();
        byProcess = alive;
        count = default;
        runCount = 0;
        ReadOnlySpan<byte> text = ReadMaps(target);
        // Nothing to read is nothing known: every process has mappings.
        if (text.Length is 0 or MapsSize) count.Unreached += PageSize;
        swaps = null;
        int strange = 0;
        while (Mapping.TryTake(ref text, out Mapping mapping, ref strange))
        {
            if (mapping.End <= from || mapping.Start >= to) continue;
            if (mapping.ShowsOwnObject) FoundObject?.Invoke(target, mapping);
            if (!mapping.HoldsPrivatePages || (anonymousOnly && mapping.Inode != 0)) continue;
            ulong start = Math.Max(mapping.Start, from), end = Math.Min(mapping.End, to);
            if (end - start < SparseBytes) Select(mapping.Writable, start, end);
            else SelectPopulated(mapping.Writable, mapping.Start, start, end);
        }

        Flush();
        count.Unreached += strange * PageSize;
        files = null;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        maps.Dispose();
        entries.Dispose();
        runs.Dispose();
        zeros.Dispose();
        populated.Dispose();
        untouched.Dispose();
    }

    /// <summary>Tells <see cref="FoundObject"/> about the objects without a name that an address space shows, and wipes nothing.</summary>
    public void FindObjects(AddressSpaceFiles target)
    {
        ReadOnlySpan<byte> text = ReadMaps(target);
        // Lines that are not understood are counted when the same memory is wiped.
        int strange = 0;
        while (Mapping.TryTake(ref text, out Mapping mapping, ref strange))
        {
            if (mapping.ShowsOwnObject) FoundObject?.Invoke(target, mapping);
        }
    }

    private ReadOnlySpan<byte> ReadMaps(AddressSpaceFiles target)
    {
        if (target.RememberedMaps is { } remembered) return remembered;
        long length = 0;
        while (length < MapsSize)
        {
            // SAFETY: the length stays below that of the range, and no more is read than the rest of it holds, so the span that is
            // returned lies inside it.
            long got = ProcessMemory.Read(target.Maps, maps.Start + length, MapsSize - length, (ulong)length);
            // What else it maps is not known then: it ended meanwhile, or the kernel has no memory for the answer.
            if (got < 0) count.Unreached += PageSize;
            if (got <= 0) break;
            length += got;
        }

        return new ReadOnlySpan<byte>(maps.Start, (int)length);
    }

    // Most of a large mapping is usually never touched, and reading the state of every page of it would take longer than wiping.
    private void SelectPopulated(bool writable, ulong mappingStart, ulong start, ulong end)
    {
        while (start < end)
        {
            // SAFETY: the range has room for as many regions as are asked for, and only those that were found are looked at.
            int found = PagemapScan.Populated(files!.Pagemap, ref start, end, populated.Start, MostPopulated);
            if (found < 0)
            {
                if (!untouched.Contains(files!, mappingStart)) Select(writable, start, end);
                return;
            }

            for (int index = 0; index < found; index++)
            {
                (ulong first, ulong last) = PagemapScan.Region(populated.Start, index);
                Select(writable, first, last);
            }
        }
    }

    private void Select(bool writable, ulong start, ulong end)
    {
        // SAFETY: the range begins at a page and has room for the words of ChunkPages pages. No more are asked for, and only those that
        // came are looked at.
        ulong* states = (ulong*)entries.Start;
        for (ulong at = start; at < end;)
        {
            long wanted = (long)Math.Min((end - at) / PageSize, ChunkPages);
            long got = ProcessMemory.Read(files!.Pagemap, states, wanted * sizeof(ulong), at / PageSize * sizeof(ulong)) / sizeof(ulong);
            if (got <= 0)
            {
                // Not for this user, or the memory is gone (an empty answer): then it cannot be said what was there.
                count.Unreached += wanted * PageSize;
                return;
            }

            ulong runStart = 0, runEnd = 0;
            for (long page = 0; page < got; page++)
            {
                ulong state = states[page];
                // Guard pages and pages in migration look like swapped ones; where nothing swaps they are none.
                bool swapped = (state & InSwap) != 0 && (swaps ??= SystemMemory.SwapAreas() > 0);
                if (swapped) count.Swapped += PageSize;
                bool own = (state & (Present | OfFile | Exclusive)) == (Present | Exclusive) || swapped;
                if (own && (state & WriteProtected) != 0)
                {
                    // Another process answers for writes to it (userfaultfd), so a write could sleep for ever.
                    count.Unreached += PageSize;
                    own = false;
                }

                ulong address = at + (ulong)page * PageSize;
                if (own && address == runEnd && runEnd - runStart < RunBytes)
                {
                    runEnd += PageSize;
                    continue;
                }

                if (runEnd > runStart) Add(new Run(runStart, runEnd - runStart, writable));
                (runStart, runEnd) = own ? (address, address + PageSize) : (0, 0);
            }

            if (runEnd > runStart) Add(new Run(runStart, runEnd - runStart, writable));
            at += (ulong)got * PageSize;
        }
    }

    private void Add(Run run)
    {
        // SAFETY: the range has room for MostRuns, and is emptied when there are so many; so the count is below that here.
        ((Run*)runs.Start)[runCount++] = run;
        if (runCount == MostRuns) Flush();
    }

    private void Flush()
    {
        nextRun = 0;
        if (crew is null || runCount < BatchRuns) WriteShare();
        else crew.Run(writeShare);
        runCount = 0;
    }

    // Takes batches of runs until none is left. Several threads do this at once.
    private void WriteShare()
    {
        // SAFETY: a batch has at most BatchRuns, for each of which there is a place, and its indexes are below the count of runs. No run
        // is longer than the zeros (Select ends it there), which the kernel only reads.
        MemoryVector* remote = stackalloc MemoryVector[BatchRuns];
        MemoryVector* local = stackalloc MemoryVector[BatchRuns];
        byte* sample = stackalloc byte[PageSize];
        var own = default(WipeCount);
        Run* all = (Run*)runs.Start;
        for (int first; (first = Interlocked.Add(ref nextRun, BatchRuns) - BatchRuns) < runCount;)
        {
            int last = Math.Min(first + BatchRuns, runCount), direct = 0;
            long bytes = 0;
            for (int index = first; index < last; index++)
            {
                Run run = all[index];
                if (!byProcess || !run.Direct)
                {
                    WriteThroughFile(run.Start, run.Length, ref own);
                    continue;
                }

                remote[direct] = new MemoryVector(run.Start, run.Length);
                local[direct++] = new MemoryVector((ulong)zeros.Start, run.Length);
                bytes += (long)run.Length;
            }

            if (direct > 0 && ProcessMemory.Write(files!.Process, local, direct, remote, direct) == bytes) own.Wiped += bytes;
            else for (int index = 0; index < direct; index++) WriteThroughFile(remote[index].Start, remote[index].Length, ref own);
            for (int index = first; index < last; index++) ReadBack(all[index].Start, sample, ref own);
        }

        lock (counting) count.Add(own);
    }

    private void WriteThroughFile(ulong start, ulong length, ref WipeCount own)
    {
        for (ulong done = 0; done < length;)
        {
            // SAFETY: no run is longer than the zeros (Select ends it there), which the kernel only reads.
            long written = ProcessMemory.Write(files!.Memory, zeros.Start, (long)(length - done), start + done);
            if (written > 0) own.Wiped += written;
            else own.Unreached += PageSize;
            done += written > 0 ? (ulong)written : PageSize;
        }
    }

    private void ReadBack(ulong address, byte* sample, ref WipeCount own)
    {
        // SAFETY: the sample has room for the page that is asked for.
        if (ProcessMemory.Read(files!.Memory, sample, PageSize, address) != PageSize) return;
        own.Verified++;
        if (new ReadOnlySpan<byte>(sample, PageSize).ContainsAnyExcept((byte)0)) own.Wrong++;
    }
}
