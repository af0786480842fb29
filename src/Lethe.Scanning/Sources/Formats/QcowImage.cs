using System.Buffers.Binary;
using Lethe.Scanning.Sources.Blocks;
using Lethe.Scanning.Sources.Codecs;
using Lethe.Scanning.Sources.Storage;

namespace Lethe.Scanning.Sources.Formats;

/// <summary>
/// A qcow2 disk image (QEMU, docs/interop/qcow2.txt). It is decoded here: qemu-storage-daemon would need QEMU, a child process and
/// FUSE or the network block device, only to read two tables.
/// </summary>
internal sealed class QcowImage : IBlockImage
{
    private readonly IStorage storage;
    private readonly QcowHeader header;

    private QcowImage(IStorage storage, QcowHeader header)
    {
        this.storage = storage;
        this.header = header;
    }

    /// <inheritdoc/>
    public int LongestBlock => header.ClusterSize;

    /// <exception cref="SourceException">The image is damaged, or needs what is not supported.</exception>
    public static Source Open(string name, IStorage storage, ReadOnlySpan<byte> head)
    {
        QcowHeader header = QcowHeader.Read(name, head, storage);
        string[] defects = header.Snapshots != 0 ? [$"its {header.Snapshots} internal snapshots are not searched; {PlainBytes.Hint}"] : [];
        return new BlockSource(name, "qcow2", new QcowImage(storage, header), [new Part(0, header.DiskLength)], null, defects);
    }

    /// <inheritdoc/>
    public IBlockDecoder NewDecoder() => new Decoder(storage, header);

    /// <inheritdoc/>
    public void Dispose() => storage.Dispose();

    private sealed class Decoder(IStorage storage, QcowHeader header) : IBlockDecoder
    {
        private const ulong OffsetMask = 0x00fffffffffffe00, CompressedBit = 1UL << 62, ZeroBit = 1;
        private const uint Compressed = 1, Plain = 2;
        private const int SectorSize = 512, Subclusters = 32;

        private readonly Window firstTable = new(storage, 4096);
        private readonly Window secondTable = new(storage, 4096);
        private readonly Window data = new(storage, 64 * 1024);
        private Zstandard? zstandard;
        private ulong subclusters;

        public bool TryFind(long address, out Block block)
        {
            block = default;
            for (long at = address & -header.ClusterSize; at < header.DiskLength;)
            {
                if (!firstTable.TryGet(header.FirstTable + at / header.TableSpan * 8, 8, out int index, out string? problem))
                {
                    block = Lost(at, header.TableSpan - at % header.TableSpan, $"its table cannot be read: {problem}");
                    return true;
                }

                long table = (long)(BinaryPrimitives.ReadUInt64BigEndian(firstTable.Buffer.AsSpan(index)) & OffsetMask);
                if (table == 0)
                {
                    at = (at / header.TableSpan + 1) * header.TableSpan;
                    continue;
                }

                long entry = table + at % header.TableSpan / header.ClusterSize * header.EntrySize;
                if (!secondTable.TryGet(entry, header.EntrySize, out index, out problem))
                {
                    block = Lost(at, header.TableSpan - at % header.TableSpan, $"its table cannot be read: {problem}");
                    return true;
                }

                ReadOnlySpan<byte> bytes = secondTable.Buffer.AsSpan(index);
                ulong descriptor = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                subclusters = header.ExtendedEntries ? BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) : 0;
                if (BlockOf(at, descriptor) is { } found)
                {
                    block = found;
                    return true;
                }

                at += header.ClusterSize;
            }

            return false;
        }

        public string? Decode(in Block block, Span<byte> destination)
        {
            if (block.Flags == Plain)
            {
                if (storage.ReadAll(block.Place, destination) is { } failure) return failure;
                ClearAbsent(destination);
                return null;
            }

            // The last sectors of a compressed cluster may lie behind the end of the file.
            if (block.Place >= storage.Length) return "the file ends before it";
            int stored = (int)Math.Min(block.StoredLength, storage.Length - block.Place);
            if (!data.TryGet(block.Place, stored, out int at, out string? problem)) return problem;
            int length = header.Zstandard
                ? (zstandard ??= new Zstandard()).DecodeFirst(data.Buffer.AsSpan(at, stored), destination)
                : Deflate.DecodeBare(data.Buffer, at, stored, destination);
            return length == destination.Length ? null : "the compressed cluster is damaged";
        }

        public void Dispose()
        {
            firstTable.Dispose();
            secondTable.Dispose();
            data.Dispose();
            zstandard?.Dispose();
        }

        private Block? BlockOf(long at, ulong descriptor)
        {
            if ((descriptor & CompressedBit) != 0)
            {
                int offsetBits = 62 - (header.ClusterBits - 8);
                long sectors = (long)((descriptor & (CompressedBit - 1)) >> offsetBits) + 1;
                long place = (long)(descriptor & ((1UL << offsetBits) - 1));
                return new Block(at, header.ClusterSize)
                {
                    Place = place,
                    StoredLength = (int)(sectors * SectorSize - place % SectorSize),
                    Flags = Compressed,
                };
            }

            long offset = (long)(descriptor & OffsetMask);
            bool stored = offset != 0 && (header.ExtendedEntries ? (uint)subclusters != 0 : (descriptor & ZeroBit) == 0);
            return stored ? new Block(at, header.ClusterSize) { Place = offset, Flags = Plain } : null;
        }

        // Subclusters that are not allocated read as zero, whatever their place in the file holds.
        private void ClearAbsent(Span<byte> cluster)
        {
            if (!header.ExtendedEntries) return;
            int size = header.ClusterSize / Subclusters;
            for (int index = 0; index < Subclusters; index++)
            {
                if ((subclusters >> index & 1) == 0) cluster.Slice(index * size, size).Clear();
            }
        }

        private static Block Lost(long at, long length, string why) => new(at, (int)Math.Min(length, 1 << 30)) { Lost = why };
    }
}
