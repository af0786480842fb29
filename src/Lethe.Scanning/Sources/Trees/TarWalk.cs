using System.Globalization;
using System.Text;

namespace Lethe.Scanning.Sources.Trees;

/// <summary>Bytes that are read forward.</summary>
internal interface IForwardBytes
{
    /// <summary>Offset of the next byte, in bytes.</summary>
    long Position { get; }

    /// <summary>Reads bytes until the destination is full.</summary>
    /// <returns>How many were read; fewer only at the end.</returns>
    int Read(Span<byte> destination);

    /// <summary>Skips bytes.</summary>
    void Skip(long count);
}

/// <summary>Walks through a tar archive from file to file.</summary>
internal sealed class TarWalk(IForwardBytes input)
{
    /// <summary>Names are shorter on every system (PATH_MAX is 4096). Longer extended headers are skipped.</summary>
    private const int LongestExtension = 64 * 1024;

    private readonly byte[] block = new byte[TarHeader.BlockSize];

    /// <summary>A file's bytes in the archive.</summary>
    /// <param name="Name">The file's name.</param>
    /// <param name="Position">Offset of its first byte.</param>
    /// <param name="Length">Bytes that are stored.</param>
    public readonly record struct Entry(string Name, long Position, long Length)
    {
        /// <summary>Bytes that are stored, including the padding of the last block.</summary>
        public long PaddedLength => Padded(Length);
    }

    /// <summary>
    /// The offset where the archive could not be understood, once <see cref="Next"/> has returned null. Null if it reached the end.
    /// </summary>
    public long? DamagedAt { get; private set; }

    /// <summary>Goes to the next file. The caller has skipped the bytes of the one before.</summary>
    /// <returns>Null at the end, or where the archive is damaged.</returns>
    public Entry? Next()
    {
        string? longName = null;
        long? longLength = null;
        while (true)
        {
            long at = input.Position;
            int got = input.Read(block);
            if (got == 0) return null;
            // Archives end with zeros. Another archive may follow, as after tar --concatenate.
            if (!block.AsSpan(0, got).ContainsAnyExcept((byte)0)) continue;
            if (got < block.Length || TarHeader.Read(block) is not { } header)
            {
                DamagedAt = at;
                return null;
            }

            for (bool more = header.HasMoreMap; more; more = TarHeader.MapGoesOn(block))
            {
                if (input.Read(block) < block.Length) return null;
            }

            switch (header.Type)
            {
                case (byte)'L':
                    longName = Extension(header.Length) is { } name ? TarHeader.Text(name) : longName;
                    break;
                case (byte)'x':
                    if (Extension(header.Length) is { } records) ReadRecords(records, ref longName, ref longLength);
                    break;
                case (byte)'g' or (byte)'K':
                    input.Skip(Padded(header.Length));
                    break;
                default:
                    long length = header.Length > 0 ? longLength ?? header.Length : header.Length;
                    if (length > 0 && length <= long.MaxValue - TarHeader.BlockSize - input.Position)
                        return new Entry(longName ?? header.Name, input.Position, length);
                    if (length > 0)
                    {
                        DamagedAt = at;
                        return null;
                    }

                    (longName, longLength) = (null, null);
                    break;
            }
        }
    }

    private static long Padded(long length) =>
        length > long.MaxValue - TarHeader.BlockSize ? long.MaxValue : (length + TarHeader.BlockSize - 1) & -TarHeader.BlockSize;

    private byte[]? Extension(long length)
    {
        if (length > LongestExtension)
        {
            input.Skip(Padded(length));
            return null;
        }

        byte[] bytes = new byte[Padded(length)];
        return input.Read(bytes) == bytes.Length ? bytes[..(int)length] : null;
    }

    // Records of extended headers: "LENGTH KEY=VALUE\n". The length is that of the whole record (POSIX.1-2001 pax).
    private static void ReadRecords(ReadOnlySpan<byte> records, ref string? name, ref long? length)
    {
        while (records.IndexOf((byte)' ') is > 0 and int space
            && int.TryParse(Encoding.ASCII.GetString(records[..space]), NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            && size > space + 1 && size <= records.Length)
        {
            ReadOnlySpan<byte> record = records[(space + 1)..size].TrimEnd((byte)'\n');
            if (record.StartsWith("path="u8)) name = Encoding.UTF8.GetString(record[5..]);
            else if (record.StartsWith("GNU.sparse.name="u8)) name = Encoding.UTF8.GetString(record[16..]);
            else if (
                record.StartsWith("size="u8)
                && long.TryParse(Encoding.ASCII.GetString(record[5..]), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            )
                length = value;
            records = records[size..];
        }
    }
}
