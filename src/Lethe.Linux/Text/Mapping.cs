namespace Lethe.Linux.Text;

/// <summary>
/// A range of a process's addresses: one line of <c>/proc/PID/maps</c> (proc_pid_maps(5), show_map_vma of fs/proc/task_mmu.c). Reading
/// it allocates nothing.
/// </summary>
internal readonly ref struct Mapping
{
    /// <summary>First address.</summary>
    public ulong Start { get; init; }

    /// <summary>First address behind the range.</summary>
    public ulong End { get; init; }

    /// <summary>Whether the process itself may read it.</summary>
    public bool Readable { get; init; }

    /// <summary>Whether the process itself may write to it.</summary>
    public bool Writable { get; init; }

    /// <summary>Whether the process itself may execute it.</summary>
    public bool Executable { get; init; }

    /// <summary>Whether changes are seen by others who map the same object.</summary>
    public bool Shared { get; init; }

    /// <summary>Where in the object it begins, in bytes.</summary>
    public ulong Offset { get; init; }

    /// <summary>The object's device, as major and minor number in one.</summary>
    public ulong Device { get; init; }

    /// <summary>The object's inode number on its device; 0 for anonymous memory.</summary>
    public ulong Inode { get; init; }

    /// <summary>
    /// The path or the kernel's name for the range; may be empty. A newline in it is written as <c>\012</c>. Nothing else is escaped.
    /// </summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Bytes.</summary>
    public ulong Length => End - Start;

    /// <summary>Whether it is in the process's half of the addresses; [vsyscall] lies in the kernel's and has no pagemap.</summary>
    public bool IsInUserHalf => End <= long.MaxValue;

    /// <summary>Reads the next line of a text. Lines of another form are skipped and counted.</summary>
    /// <param name="text">The text; afterwards what follows the line.</param>
    /// <param name="mapping">The line's mapping.</param>
    /// <param name="strange">Goes up by one for each skipped line, as its mapping stays unknown.</param>
    /// <returns>False when there is no further whole line.</returns>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> text, out Mapping mapping, ref int strange)
    {
        while (true)
        {
            int end = text.IndexOf((byte)'\n');
            if (end < 0)
            {
                mapping = default;
                return false;
            }

            ReadOnlySpan<byte> line = text[..end];
            text = text[(end + 1)..];
            if (TryParse(line, out mapping)) return true;
            strange++;
        }
    }

    /// <summary>Reads one line, without its end: "start-end permissions offset major:minor inode name".</summary>
    /// <returns>False when it is not such a line.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, out Mapping mapping)
    {
        mapping = default;
        if (!TryTakeHexadecimal(ref line, '-', out ulong start) || !TryTakeHexadecimal(ref line, ' ', out ulong end)) return false;
        if (start >= end) return false;
        if (line.Length < 5 || line[4] != ' ') return false;
        ReadOnlySpan<byte> rights = line[..4];
        if (rights[0] is not ((byte)'r' or (byte)'-') || rights[3] is not ((byte)'s' or (byte)'p')) return false;
        line = line[5..];
        if (!TryTakeHexadecimal(ref line, ' ', out ulong offset)) return false;
        if (!TryTakeHexadecimal(ref line, ':', out ulong major) || !TryTakeHexadecimal(ref line, ' ', out ulong minor)) return false;
        if (!System.Buffers.Text.Utf8Parser.TryParse(line, out ulong inode, out int digits)) return false;
        line = line[digits..];
        if (!line.IsEmpty && line[0] != ' ') return false;
        mapping = new Mapping
        {
            Start = start,
            End = end,
            Readable = rights[0] == 'r',
            Writable = rights[1] == 'w',
            Executable = rights[2] == 'x',
            Shared = rights[3] == 's',
            Offset = offset,
            Device = major << 32 | minor,
            Inode = inode,
            Name = line.TrimStart((byte)' '),
        };
        return true;
    }

    // Reads a number and the character that ends it.
    private static bool TryTakeHexadecimal(ref ReadOnlySpan<byte> line, char last, out ulong value)
    {
        value = 0;
        int length = 0;
        for (; length < line.Length && char.IsAsciiHexDigit((char)line[length]); length++)
        {
            uint letter = char.ToLowerInvariant((char)line[length]);
            value = value << 4 | (letter <= '9' ? letter - '0' : letter - 'a' + 10);
        }

        if (length is 0 or > 16 || length == line.Length || line[length] != last) return false;
        line = line[(length + 1)..];
        return true;
    }
}
