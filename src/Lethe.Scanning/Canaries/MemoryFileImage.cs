using Lethe.Canaries;
using Lethe.Linux;
using Lethe.Scanning.Kernel;
using Lethe.Scanning.Search;
using Lethe.Scanning.Sources;

namespace Lethe.Scanning.Canaries;

/// <summary>Physical memory or a disk that lies in a memfd. It is searched in place.</summary>
/// <remarks>
/// As physical memory this is right for QEMU's <c>pc</c> machine up to 3 GiB, where file offset and physical address
/// are the same. Above that the machine has a hole for PCI devices.
/// </remarks>
internal sealed unsafe class MemoryFileImage(MemoryFile file) : IPhysicalMemory
{
    private const int ComparedAtOnce = 256 << 10;

    /// <inheritdoc/>
    public long Length => file.Length;

    /// <inheritdoc/>
    public IEnumerable<(long Offset, long Length)> DataRanges() => file.DataRanges();

    /// <inheritdoc/>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        if (address > (ulong)Length || (ulong)destination.Length > (ulong)Length - address) return false;
        Read((long)address, destination.Length).CopyTo(destination);
        return true;
    }

    /// <summary>Looks for a canary everywhere in the file.</summary>
    /// <param name="canary">What to look for.</param>
    /// <param name="plantedBytes">How many bytes of it were planted.</param>
    /// <param name="known">
    /// The same place at an earlier moment, known to hold nothing of the canary. Pages that have not changed since are
    /// skipped, except beside changed ones, because a word may cross the border. The outcome is that of a whole search.
    /// </param>
    /// <exception cref="IOException">Some of the file could not be read.</exception>
    public Survivors Search(Canary canary, long plantedBytes, MemoryFile? known = null)
    {
        using var source = new MemoryFileSource(file, known is null ? DataRanges() : ChangedRuns(known));
        var scanner = new Scanner(
            [new CanaryDetector(canary, "canary", plantedBytes)],
            new ScanOptions { Jobs = 1, KeptMatches = int.MaxValue }
        );
        var found = new Survivors(canary, plantedBytes);
        ScanResult result = scanner.Scan(source);
        // What was not read was not searched, and must not be reported as empty.
        if (result.Unread is [var unread, ..]) throw new IOException($"a memfd could not be read at {unread.Offset}: {unread.Why}");
        foreach (Hit hit in result.Hits) found.Note(hit.Part.Offset + hit.Match.Position, hit.Match.PatternOffset, hit.Match.Length);
        return found;
    }

    /// <summary>
    /// Runs of changed pages. Each includes the unchanged pages beside it, because a word that crosses a border begins or ends there.
    /// </summary>
    private List<(long Offset, long Length)> ChangedRuns(MemoryFile known)
    {
        byte[] now = new byte[ComparedAtOnce], before = new byte[ComparedAtOnce];
        var runs = new List<(long Offset, long Length)>();
        foreach ((long offset, long length) in DataRanges())
        {
            int first = runs.Count;
            for (long at = offset; at < offset + length; at += ComparedAtOnce)
            {
                int bytes = (int)Math.Min(ComparedAtOnce, offset + length - at);
                file.ReadInto(at, now.AsSpan(0, bytes));
                known.ReadInto(at, before.AsSpan(0, bytes));
                for (int page = 0; page < bytes; page += Survivors.PageSize)
                {
                    int size = Math.Min(Survivors.PageSize, bytes - page);
                    if (now.AsSpan(page, size).SequenceEqual(before.AsSpan(page, size))) continue;
                    long start = Math.Max(offset, at + page - Survivors.PageSize),
                        end = Math.Min(offset + length, at + page + size + Survivors.PageSize);
                    // Never joined with a run of the range before: there is a hole between them.
                    if (runs.Count > first && runs[^1].Offset + runs[^1].Length >= start)
                        runs[^1] = (runs[^1].Offset, end - runs[^1].Offset);
                    else runs.Add((start, end - start));
                }
            }
        }

        return runs;
    }

    // SAFETY: callers keep offset and length inside the file. The file stays mapped as long as its object lives.
    private ReadOnlySpan<byte> Read(long offset, int length) => new(file.Start + offset, length);
}
