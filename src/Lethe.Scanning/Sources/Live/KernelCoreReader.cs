using Lethe.Linux;
using Lethe.Scanning.Sources.Plain;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Live;

/// <summary>
/// The buffers of one reader of this machine's memory. They are small, locked, and used again by the next reader, also of another source.
/// So reading overwrites little of what it looks for.
/// </summary>
internal sealed class KernelCoreBuffer : IDisposable
{
    private const int Length = 32 * 1024;

    private static readonly Stack<KernelCoreBuffer> Unused = new();

    private readonly MemoryRange memory = MemoryRange.Anonymous(Length);

    private KernelCoreBuffer()
    {
        try
        {
            memory.Lock();
        }
        catch (LinuxException)
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>The page frames of this process, in order.</summary>
    public List<long> Own { get; } = [];

    /// <summary>Receives what is read.</summary>
    public Span<byte> Bytes => memory.Bytes;

    /// <summary>Takes one that is not in use, or makes one.</summary>
    /// <exception cref="LinuxException">The limit on locked memory is exceeded.</exception>
    public static KernelCoreBuffer Take()
    {
        lock (Unused)
            if (Unused.TryPop(out KernelCoreBuffer? unused)) return unused;
        return new KernelCoreBuffer();
    }

    /// <summary>Clears the buffer and keeps it for the next reader. It stays mapped.</summary>
    public void Dispose()
    {
        memory.Bytes.Clear();
        lock (Unused) Unused.Push(this);
    }
}

/// <summary>Reads a stretch of the machine's memory without this process's own pages.</summary>
internal sealed class KernelCoreReader(IStorage storage, MemoryStretch stretch, long from, KernelCoreBuffer buffer) : IPartReader
{
    private const int PageSize = 4096;

    private bool returned;
    private long at = from;
    private long carefulUntil;

    /// <inheritdoc/>
    public bool Next(out Stretch next)
    {
        while (at < stretch.Length)
        {
            int want = (int)Math.Min(at < carefulUntil ? PageSize - at % PageSize : buffer.Bytes.Length, UntilOwn() - at);
            if (want == 0)
            {
                at += PageSize - at % PageSize;
                continue;
            }

            long start = at;
            int got = storage.Read(stretch.Offset + at, buffer.Bytes[..want], out string? problem);
            if (got > 0)
            {
                at += got;
                next = new Stretch { At = start, Bytes = buffer.Bytes[..got] };
                return true;
            }

            if (problem is not null && want > PageSize)
            {
                // Only the pages that cannot be read are missing.
                carefulUntil = at + want;
                continue;
            }

            at = problem is null ? stretch.Length : Math.Min(stretch.Length, at + PageSize - at % PageSize);
            next = new Stretch { At = start, MissingBytes = at - start, MissingBecause = problem ?? "the file ends before" };
            return true;
        }

        next = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (returned) return;
        returned = true;
        buffer.Dispose();
    }

    // The next page of this process, as an offset in the stretch; the current offset if that is in such a page.
    private long UntilOwn()
    {
        int index = buffer.Own.BinarySearch((stretch.Address + at) / PageSize);
        if (index >= 0) return at;
        return ~index < buffer.Own.Count ? Math.Min(stretch.Length, buffer.Own[~index] * PageSize - stretch.Address) : stretch.Length;
    }
}
