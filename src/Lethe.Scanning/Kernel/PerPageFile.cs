using System.Runtime.InteropServices;
using Lethe.Linux;

namespace Lethe.Scanning.Kernel;

/// <summary>A file of <c>/proc</c> with eight bytes for each page, physical or virtual: kpageflags, kpagecgroup, pagemap.</summary>
internal sealed class PerPageFile : IDisposable
{
    private readonly Descriptor file;

    /// <exception cref="LinuxException">The file does not exist, or this user may not open it.</exception>
    public PerPageFile(string path) => file = Descriptor.Open(path, FileCalls.O_RDONLY);

    public Descriptor File => file;

    /// <summary>Reads the words of consecutive pages.</summary>
    /// <param name="first">Number of the first page.</param>
    /// <param name="words">Room for one word for each page.</param>
    /// <returns>How many words were read: fewer at the end of memory, 0 also when the process is gone.</returns>
    public unsafe int Read(long first, Span<ulong> words)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(words);
        int done = 0;
        // SAFETY: the span is pinned during the calls, and no more than its length is asked for.
        fixed (byte* start = bytes)
        {
            while (done < bytes.Length)
            {
                long got = ProcessMemory.Read(file, start + done, bytes.Length - done, (ulong)first * sizeof(ulong) + (ulong)done);
                if (got <= 0) break;
                done += (int)got;
            }
        }

        return done / sizeof(ulong);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
