using System.Buffers.Text;
using Lethe.Linux;

namespace Lethe.Disposal.Wiping;

/// <summary>
/// Large mappings of which no page was ever touched, for kernels that cannot list the touched parts themselves (before 6.7):
/// reading the state of every page of a reserved terabyte takes a second, its line in smaps next to nothing (proc_pid_smaps(5)).
/// </summary>
internal sealed unsafe class UntouchedMappings : IDisposable
{
    private const int BufferSize = 64 << 10, Most = 1024;
    private readonly MemoryRange buffer = MemoryRange.Anonymous(BufferSize);
    private readonly ulong[] starts = new ulong[Most];
    private AddressSpaceFiles? known;
    private int count;

    /// <summary>Makes it, with all the memory it will need.</summary>
    public UntouchedMappings() => buffer.Bytes.Clear();

    /// <summary>Whether the mapping that begins there has no page in RAM or swap.</summary>
    /// <param name="files">The address space; read once, when it is another than last time.</param>
    /// <param name="start">The mapping's first address.</param>
    public bool Contains(AddressSpaceFiles files, ulong start)
    {
        if (known != files) Read(files);
        return starts.AsSpan(0, count).Contains(start);
    }

    /// <summary>Forgets what was read: an address space changes while its process lives.</summary>
    public void Forget() => known = null;

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();

    private void Read(AddressSpaceFiles files)
    {
        known = files;
        count = 0;
        ulong start = 0, offset = 0, touched = 1;
        int kept = 0;
        while (true)
        {
            // SAFETY: fewer bytes are kept than the buffer has, and no more are read than the rest of it holds, so the text ends inside
            // it too.
            long got = ProcessMemory.Read(files.Smaps, buffer.Start + kept, BufferSize - kept, offset);
            // The mapping that was being read may have pages behind the end of what came.
            if (got < 0) touched = 1;
            if (got <= 0) break;
            offset += (ulong)got;
            ReadOnlySpan<byte> text = new(buffer.Start, kept + (int)got);
            for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..]) Take(text[..end], ref start, ref touched);
            kept = text.Length;
            text.CopyTo(buffer.Bytes);
            if (kept == BufferSize) break;
        }

        Note(start, touched);
    }

    // A mapping's first line begins with its address in lower-case hexadecimal, all others with a capital letter.
    private void Take(ReadOnlySpan<byte> line, ref ulong start, ref ulong touched)
    {
        if (
            line.StartsWith("Rss:"u8)
            || line.StartsWith("Swap:"u8)
            || line.StartsWith("Private_Hugetlb:"u8)
            || line.StartsWith("Shared_Hugetlb:"u8)
        )
        {
            ReadOnlySpan<byte> number = line[(line.IndexOf((byte)':') + 1)..].TrimStart((byte)' ');
            touched += Utf8Parser.TryParse(number, out ulong kilobytes, out _) ? kilobytes : 1;
        }
        else if (!line.IsEmpty && line[0] is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f'))
        {
            Note(start, touched);
            touched = Utf8Parser.TryParse(line, out start, out _, 'x') ? 0UL : 1UL;
        }
    }

    private void Note(ulong start, ulong touched)
    {
        if (touched == 0 && count < Most) starts[count++] = start;
    }
}
