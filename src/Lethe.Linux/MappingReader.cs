using Lethe.Linux.Text;

namespace Lethe.Linux;

/// <summary>
/// Reads an open <c>/proc/PID/maps</c> line by line, in the room it is given and without making garbage. A line that is longer than the
/// room is read all the same, its name cut.
/// </summary>
/// <param name="maps">The open file.</param>
/// <param name="room">At least 256 bytes, so that all but the name of a line fits.</param>
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
