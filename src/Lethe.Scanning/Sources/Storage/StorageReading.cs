using System.Buffers.Binary;

namespace Lethe.Scanning.Sources.Storage;

/// <summary>Reads small structures from a storage.</summary>
internal static class StorageReading
{
    /// <summary>Copies bytes until the destination is full.</summary>
    /// <returns>Null, or why they could not be read, for people.</returns>
    public static string? ReadAll(this IStorage storage, long at, Span<byte> destination)
    {
        if (at < 0) return "it lies outside the file";
        while (destination.Length > 0)
        {
            int got = storage.Read(at, destination, out string? problem);
            if (got == 0) return problem ?? "the file ends before it";
            destination = destination[got..];
            at += got;
        }

        return null;
    }

    /// <summary>Reads one little-endian number.</summary>
    /// <returns>Null when it cannot be read.</returns>
    public static ulong? ReadUInt64(this IStorage storage, long at)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        return storage.ReadAll(at, bytes) is null ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : null;
    }
}
