namespace Lethe.Disposal.Wiping;

/// <summary>One line of <c>/proc/PID/maps</c> (proc_pid_maps(5)).</summary>
internal readonly ref struct Mapping
{
    /// <summary>First address.</summary>
    public ulong Start { get; init; }

    /// <summary>First address behind it.</summary>
    public ulong End { get; init; }

    /// <summary>Whether the process itself may write to it.</summary>
    public bool Writable { get; init; }

    /// <summary>Whether changes are seen by others who map the same object.</summary>
    public bool Shared { get; init; }

    /// <summary>Where in the object it begins, in bytes.</summary>
    public ulong Offset { get; init; }

    /// <summary>The object's device, as major and minor number in one.</summary>
    public ulong Device { get; init; }

    /// <summary>The object's number on its device; 0 for anonymous memory.</summary>
    public ulong Inode { get; init; }

    /// <summary>The path or the kernel's name for it; may be empty.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Bytes.</summary>
    public ulong Length => End - Start;

    /// <summary>
    /// Whether the process's own copies of pages can be in it. The kernel's own pages (vdso and its kind) cannot; device
    /// memory is never told as present and exclusive.
    /// </summary>
    public bool HoldsPrivatePages =>
        !Shared && !Name.StartsWith("[v"u8);

    /// <summary>
    /// Whether it shows an object in memory that only processes of one tree can have: shared anonymous memory, also of huge
    /// pages, and System V segments. Memory files and deleted files can come from outside; those of the workload are kept
    /// from their birth on. A name is only a hint, as the workload can choose names: see <see cref="KeptObjects"/>.
    /// </summary>
    public bool ShowsOwnObject =>
        Shared && (Name.SequenceEqual("/dev/zero (deleted)"u8) || Name.SequenceEqual("/anon_hugepage (deleted)"u8) || (Name.StartsWith("/SYSV"u8) && Name[5..].IndexOf((byte)'/') < 0));

    /// <summary>Takes the next line off a text.</summary>
    /// <returns>False when there is no further whole line.</returns>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> text, out Mapping mapping)
    {
        mapping = default;
        int end = text.IndexOf((byte)'\n');
        if (end < 0) return false;
        ReadOnlySpan<byte> line = text[..end];
        text = text[(end + 1)..];

        // start-end permissions offset device inode name
        ulong start = TakeHexadecimal(ref line), finish = TakeHexadecimal(ref line);
        if (line.Length < 5) return false;
        bool writable = line[1] == 'w', shared = line[3] == 's';
        line = line[5..];
        ulong offset = TakeHexadecimal(ref line);
        ulong major = TakeHexadecimal(ref line), minor = TakeHexadecimal(ref line), inode = 0;
        while (!line.IsEmpty && char.IsAsciiDigit((char)line[0]))
        {
            inode = inode * 10 + (ulong)(line[0] - '0');
            line = line[1..];
        }

        mapping = new Mapping
        {
            Start = start,
            End = finish,
            Writable = writable,
            Shared = shared,
            Offset = offset,
            Device = major << 32 | minor,
            Inode = inode,
            Name = line.TrimStart((byte)' '),
        };
        return true;
    }

    private static ulong TakeHexadecimal(ref ReadOnlySpan<byte> line)
    {
        ulong value = 0;
        int length = 0;
        while (length < line.Length && char.IsAsciiHexDigit((char)line[length]))
        {
            value = value << 4 | (uint)char.ToLowerInvariant((char)line[length]) switch { <= '9' and var digit => digit - '0', var letter => letter - 'a' + 10u };
            length++;
        }

        // The number and the one character that ends it.
        line = line[Math.Min(length + 1, line.Length)..];
        return value;
    }
}
