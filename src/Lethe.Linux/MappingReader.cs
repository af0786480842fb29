using Lethe.Linux.Text;

namespace Lethe.Linux;

/// <summary>
/// Reads an open <c>/proc/PID/maps</c> line by line, in the caller's buffer and without allocating. A line that is longer than the
/// buffer is still read, with its name cut short.
/// </summary>
/// <param name="maps">The open file.</param>
/// <param name="room">A buffer of at least 256 bytes, so that all of a line but its name fits.</param>
internal ref struct MappingReader(Descriptor maps, Span<byte> room)
{
    private readonly Span<byte> room = room;
    private int start, end;
    private bool passing;

    /// <summary>Reads the next mapping; it is valid until the next call.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="LinuxException">The file cannot be read, for example because the process has ended (ESRCH).</exception>
    public bool TryRead(out Mapping mapping)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = room[start..end];
            int newline = rest.IndexOf((byte)'\n');
            if (newline >= 0)
            {
                start += newline + 1;
                bool pass = passing;
                passing = false;
                if (!pass && Mapping.TryParse(rest[..newline], out mapping)) return true;
                continue;
            }

            if (passing || rest.Length == room.Length)
            {
                start = end = 0;
                bool pass = passing;
                passing = true;
                if (!pass && Mapping.TryParse(rest, out mapping)) return true;
            }
            else
            {
                rest.CopyTo(room);
                (start, end) = (0, rest.Length);
            }

            int got = maps.ReadSome(room[end..]);
            if (got == 0)
            {
                mapping = default;
                return false;
            }

            end += got;
        }
    }
}
