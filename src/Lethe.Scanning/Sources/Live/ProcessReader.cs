using System.Runtime.InteropServices;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Live;

/// <summary>
/// Reads a mapping of a live process. It asks the pagemap right before, and reads only pages that are in RAM, so it makes none present.
/// Swapped pages are read from the swap area. A page that is swapped out at that very moment may still be swapped in.
/// </summary>
internal sealed class ProcessReader : IPartReader
{
    private const int PageSize = ProcessFiles.PageSize, BufferPages = 64, MostTries = 8;
    private const string Ended = "the process has ended";

    private readonly ProcessFiles files;
    private readonly SwapSlots swap;
    private readonly ulong start;
    private readonly ulong end;
    private readonly Queue<(ulong Start, ulong End)> regions = [];
    private readonly ulong[] words = new ulong[BufferPages];
    private readonly ulong[] now = new ulong[BufferPages];
    private byte[] buffer = PinnedBuffers.Rent(BufferPages * PageSize);
    private ulong at;
    private ulong regionEnd;
    private ulong searched;
    private ulong wordsStart;
    private ulong wordsEnd;
    private int tries;

    /// <param name="files">The process.</param>
    /// <param name="swap">The swap area with its swapped pages.</param>
    /// <param name="start">The first address of the mapping.</param>
    /// <param name="length">Bytes of the mapping, whole pages.</param>
    /// <param name="from">Offset in it where reading begins, in bytes, a multiple of the page size.</param>
    public ProcessReader(ProcessFiles files, SwapSlots swap, ulong start, long length, long from)
    {
        (this.files, this.swap, this.start) = (files, swap, start);
        end = start + (ulong)length;
        at = searched = regionEnd = Math.Min(end, start + (ulong)from);
    }

    /// <inheritdoc/>
    public bool Next(out Stretch stretch)
    {
        while (at < end)
        {
            if (at >= wordsEnd && !FillWords())
            {
                if (at >= end) break;
                stretch = Missing(end - at, Ended);
                return true;
            }

            if (at >= end) break;
            int first = (int)((at - wordsStart) / PageSize), count = Alike(first);
            var word = new PagemapWord(words[first]);
            ulong runEnd = wordsStart + (ulong)(first + count) * PageSize;
            if (
                word.IsPresent ? Present(runEnd, out stretch)
                : word.IsSwapped ? Swapped(first, count, out stretch)
                : Pass(runEnd, out stretch)
            )
                return true;
        }

        stretch = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => PinnedBuffers.Return(ref buffer, buffer.Length);

    // Reads the pagemap of the next pages that hold something. False at the end of the part, and when the process has ended.
    private bool FillWords()
    {
        while (at >= regionEnd)
        {
            if (regions.TryDequeue(out (ulong Start, ulong End) region))
            {
                at = Math.Max(at, region.Start);
                regionEnd = Math.Min(region.End, end);
                continue;
            }

            if (searched >= end)
            {
                // Nothing is found in a process that has ended. It must not be reported as a mapping without pages.
                if (files.Words(at < end ? at : end - PageSize, words.AsSpan(0, 1)) > 0) at = end;
                return false;
            }

            files.FindPopulated(ref searched, end, regions);
        }

        wordsStart = at;
        int got = files.Words(at, words.AsSpan(0, (int)Math.Min(BufferPages, (regionEnd - at) / PageSize)));
        wordsEnd = at + (ulong)got * PageSize;
        return got > 0;
    }

    private int Alike(int first)
    {
        int known = (int)((wordsEnd - wordsStart) / PageSize), count = 1;
        var word = new PagemapWord(words[first]);
        while (
            first + count < known
            && new PagemapWord(words[first + count]) is var next
            && next.IsPresent == word.IsPresent
            && next.IsSwapped == word.IsSwapped
        )
            count++;
        return count;
    }

    private bool Pass(ulong to, out Stretch stretch)
    {
        at = to;
        stretch = default;
        return false;
    }

    private bool Present(ulong to, out Stretch stretch)
    {
        int got = files.Read(at, buffer.AsSpan(0, (int)(to - at)));
        if (got > 0)
        {
            stretch = Bytes(got);
            return true;
        }

        if (got == 0)
        {
            stretch = Missing(end - at, Ended);
            return true;
        }

        if (Changed(new PagemapWord(words[(int)((at - wordsStart) / PageSize)]), out stretch)) return false;
        stretch = Missing(PageSize - at % PageSize, Marshal.GetPInvokeErrorMessage(-got));
        return true;
    }

    private bool Swapped(int first, int count, out Stretch stretch)
    {
        int read = 0;
        string? why = null;
        while (
            read < count && swap.Read(words.AsSpan(first + read, count - read), buffer.AsSpan(read * PageSize), out why) is > 0 and int more
        )
            read += more;
        if (read == 0)
        {
            if (Changed(new PagemapWord(words[first]), out stretch)) return false;
            int missing = 1;
            while (missing < count && swap.Read(words.AsSpan(first + missing, 1), buffer, out string? other) == 0 && other == why)
                missing++;
            stretch = Missing((ulong)missing * PageSize, why!);
            return true;
        }

        // The kernel may have given a slot to another page before it was read. Only pages that are still in their slots count.
        int known = files.Words(at, now.AsSpan(0, read)), same = now.AsSpan(0, known).CommonPrefixLength(words.AsSpan(first, read));
        if (same == 0)
        {
            if (Changed(new PagemapWord(words[first]), out stretch)) return false;
            stretch = Missing(PageSize, known == 0 ? Ended : "it moves between swap and RAM");
            return true;
        }

        stretch = Bytes(same * PageSize);
        return true;
    }

    // Whether the pagemap of the page has changed, so that another try may succeed.
    private bool Changed(PagemapWord before, out Stretch stretch)
    {
        stretch = default;
        if (tries++ >= MostTries || files.Words(at, now.AsSpan(0, 1)) == 0 || now[0] == before.Bits) return false;
        wordsEnd = at;
        return true;
    }

    private Stretch Bytes(int length)
    {
        var stretch = new Stretch { At = (long)(at - start), Bytes = buffer.AsSpan(0, length) };
        at += (ulong)length;
        tries = 0;
        return stretch;
    }

    private Stretch Missing(ulong length, string why)
    {
        var stretch = new Stretch { At = (long)(at - start), MissingBytes = (long)length, MissingBecause = why };
        at += length;
        tries = 0;
        return stretch;
    }
}
