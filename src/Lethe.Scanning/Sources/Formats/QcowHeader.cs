using System.Buffers.Binary;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>The header of a qcow2 disk image (QEMU, docs/interop/qcow2.txt).</summary>
internal sealed record QcowHeader
{
    private const int OldSize = 72, NewSize = 104;
    private const int LongestFirstTable = 32 << 20;
    private const ulong Dirty = 1, Corrupt = 2, CompressionType = 8, ExtendedEntriesFeature = 16;
    private const string Hint = "turn it into a raw image first: qemu-img convert -O raw IMAGE RAW";

    public required int ClusterBits { get; init; }

    /// <summary>Bytes of the disk.</summary>
    public required long DiskLength { get; init; }

    public required long FirstTable { get; init; }

    public required int FirstTableEntries { get; init; }

    /// <summary>Whether second-level entries have a bitmap of their subclusters.</summary>
    public required bool ExtendedEntries { get; init; }

    /// <summary>Whether compressed clusters are Zstandard rather than deflate.</summary>
    public required bool Zstandard { get; init; }

    public required int Snapshots { get; init; }

    public int ClusterSize => 1 << ClusterBits;

    public int EntrySize => ExtendedEntries ? 16 : 8;

    /// <summary>Bytes of the disk that one second-level table covers.</summary>
    public long TableSpan => (long)(ClusterSize / EntrySize) << ClusterBits;

    /// <summary>Whether these are the first bytes of a qcow2 image.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[(byte)'Q', (byte)'F', (byte)'I', 0xfb, 0, 0, 0]) && head.Length > OldSize && head[7] is 2 or 3;

    /// <exception cref="SourceException">The header has impossible values, or the image needs what is not supported.</exception>
    public static QcowHeader Read(string name, ReadOnlySpan<byte> head, IStorage storage)
    {
        bool old = head[7] == 2;
        if (!old && head.Length < NewSize + 8) throw Refuse(name, "it ends within its header");
        ulong features = old ? 0 : BinaryPrimitives.ReadUInt64BigEndian(head[72..]);
        int headerLength = old ? OldSize : BinaryPrimitives.ReadInt32BigEndian(head[100..]);
        if (BinaryPrimitives.ReadUInt64BigEndian(head[8..]) != 0) throw Refuse(name, "it is only what differs from a backing file");
        if (BinaryPrimitives.ReadUInt32BigEndian(head[32..]) != 0) throw Refuse(name, "it is encrypted");
        ulong unknown = features & ~(Dirty | Corrupt | CompressionType | ExtendedEntriesFeature);
        if (unknown != 0)
            throw Refuse(
                name,
                (unknown & 4) != 0 ? "its data are in another file" : $"it uses features that are not known (0x{unknown:x})"
            );
        int clusterBits = BinaryPrimitives.ReadInt32BigEndian(head[20..]);
        long entries = BinaryPrimitives.ReadUInt32BigEndian(head[36..]);
        ulong table = BinaryPrimitives.ReadUInt64BigEndian(head[40..]), length = BinaryPrimitives.ReadUInt64BigEndian(head[24..]);
        bool extended = (features & ExtendedEntriesFeature) != 0;
        if (clusterBits < (extended ? 14 : 9) || clusterBits > 21) throw Refuse(name, $"its clusters have 2^{clusterBits} bytes");
        if (entries * 8 > LongestFirstTable || table > (ulong)storage.Length || (ulong)(entries * 8) > (ulong)storage.Length - table)
            throw Refuse(name, "its first table is not all there");
        int compression = (features & CompressionType) != 0 && headerLength > NewSize ? head[NewSize] : 0;
        if (compression > 1) throw Refuse(name, $"it is compressed in an unknown way ({compression})");
        var header = new QcowHeader
        {
            ClusterBits = clusterBits,
            DiskLength = 0,
            FirstTable = (long)table,
            FirstTableEntries = (int)entries,
            ExtendedEntries = extended,
            Zstandard = compression == 1,
            Snapshots = BinaryPrimitives.ReadInt32BigEndian(head[60..]),
        };
        // Bytes of the disk that no table covers hold nothing.
        return header with { DiskLength = (long)Math.Min(length, (ulong)(header.TableSpan * entries)) };
    }

    private static SourceException Refuse(string name, string why) => new($"{name}: qcow2 image: {why}", Hint);
}
