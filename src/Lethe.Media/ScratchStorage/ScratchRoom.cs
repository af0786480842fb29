using Lethe.Media.Sealing;

namespace Lethe.Media.ScratchStorage;

/// <summary>How large a scratch directory can be.</summary>
internal static class ScratchRoom
{
    /// <summary>Bytes that are free where it would lie; null for a block device, which has a size of its own.</summary>
    /// <param name="on">A directory or a block device; null for the default.</param>
    public static (long Bytes, string Where)? Free(string? on)
    {
        if (!EncryptedScratch.IsPossible) return (MemoryReserve.FreeLessReserve(), "in memory (no dm-crypt here)");
        string place = on ?? EncryptedScratch.DefaultPlace;
        return System.IO.Directory.Exists(place) ? (new DriveInfo(place).AvailableFreeSpace, $"in {place}") : null;
    }
}
