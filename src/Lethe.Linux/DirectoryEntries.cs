namespace Lethe.Linux;

/// <summary>The names in a directory, as bytes: a name need not be text.</summary>
internal static class DirectoryEntries
{
    // struct linux_dirent64 of getdents64(2): inode, offset, length of the entry, kind, name.
    private const int LengthOffset = 16, KindOffset = 18, NameOffset = 19;

    /// <summary>The kind of file that a name refers to (DT_REG and the others of readdir(3)).</summary>
    public enum Kind : byte
    {
        /// <summary>The file system does not say.</summary>
        Unknown = 0,

        /// <summary>A directory.</summary>
        Directory = 4,

        /// <summary>An ordinary file.</summary>
        Regular = 8,

        /// <summary>A symbolic link.</summary>
        Link = 10,
    }

    /// <summary>Reads the next entries of a directory, without <c>.</c> and <c>..</c>.</summary>
    /// <param name="directory">An open directory.</param>
    /// <returns>Some entries; none at the end.</returns>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static List<(byte[] Name, Kind Kind)> Next(Descriptor directory)
    {
        var entries = new List<(byte[] Name, Kind Kind)>();
        byte[] buffer = new byte[32 * 1024];
        // A buffer may hold only . and .., which does not mean that the directory ends.
        while (entries.Count == 0)
        {
            int length = Fill(directory, buffer);
            if (length == 0) break;
            for (int at = 0; at < length; at += BitConverter.ToUInt16(buffer, at + LengthOffset))
            {
                ReadOnlySpan<byte> name = MemoryText(buffer.AsSpan(at + NameOffset));
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)) entries.Add((name.ToArray(), (Kind)buffer[at + KindOffset]));
            }
        }

        return entries;
    }

    private static ReadOnlySpan<byte> MemoryText(ReadOnlySpan<byte> bytes) => bytes[..bytes.IndexOf((byte)0)];

    private static unsafe int Fill(Descriptor directory, byte[] buffer)
    {
        // SAFETY: the buffer is pinned for the length of the call and its length is passed along.
        fixed (byte* start = buffer)
            return (int)
                Errno.Check(SystemCall.Invoke(SystemCallNumber.SYS_getdents64, directory.Number, (nint)start, buffer.Length), "getdents64");
    }
}
