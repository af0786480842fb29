using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>
/// Whether what is written to a device can be read from the medium below, found by walking down all layers (partitions, LVM, RAID, loop
/// devices, dm-crypt).
/// </summary>
/// <param name="Protection">Of the weakest way down.</param>
/// <param name="Reason">In a few words, with the layers.</param>
/// <param name="Evidence">What says so.</param>
internal sealed record DeviceProtection(SwapProtection Protection, string Reason, IReadOnlyList<Citation> Evidence)
{
    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = [.. BlockDevices.Wants, .. EncryptionTable.Wants];

    /// <summary>Walks down from a device.</summary>
    public static DeviceProtection Of(BlockDevice device, BlockDevices devices, EncryptionTable table) =>
        // What compressed memory writes back to is another matter than what it is.
        device.IsCompressedMemory ? new DeviceProtection(SwapProtection.Memory, $"{device.Name} is compressed memory", [])
        : devices.Ways(device).Select(way => OfWay(way, table)).MaxBy(way => way.Protection)!;

    private static DeviceProtection OfWay(IReadOnlyList<BlockDevice> way, EncryptionTable table)
    {
        string chain = string.Join(" on ", way.Select(layer => layer.Name));
        DeviceProtection[] encrypted =
        [
            .. way.Where(layer => layer.Encryption is not null).Select(layer => OfEncrypted(layer, chain, table)),
        ];
        if (encrypted.Length > 0) return encrypted.MinBy(layer => layer.Protection)!;
        Citation[] evidence = [.. way.Select(layer => layer.Evidence).OfType<Citation>()];
        if (way[^1].IsMemory) return new DeviceProtection(SwapProtection.Memory, $"{chain}, which is memory", evidence);
        // A loop device whose file is on no device that is known, or a map without what it is made of.
        bool known = way[^1] is { BackingFile: null } && (way[^1].MapIdentity is null || way[^1].Slaves.Count == 0);
        return known
            ? new DeviceProtection(SwapProtection.Plain, $"{chain}, which is not encrypted", evidence)
            : new DeviceProtection(SwapProtection.Unknown, $"what {chain} is kept on", evidence);
    }

    private static DeviceProtection OfEncrypted(BlockDevice layer, string chain, EncryptionTable table)
    {
        EncryptedDevice? row = table.Find(layer.MapName);
        Citation[] evidence =
        [
            .. layer.Evidence is { } own ? [own] : Array.Empty<Citation>(),
            .. row is null ? [] : new[] { row.Evidence },
        ];
        if (row?.HasRandomKey is true && layer.Encryption == "PLAIN")
            return new DeviceProtection(SwapProtection.RandomKey, $"{chain}, encrypted with a random key", evidence);
        if (layer.Encryption != "PLAIN")
            return new DeviceProtection(
                SwapProtection.StoredKey,
                $"{chain}, encrypted with a key that its header keeps ({layer.Encryption})",
                evidence
            );
        return row is not null
            ? new DeviceProtection(SwapProtection.StoredKey, $"{chain}, encrypted with the key of {row.Key}", evidence)
            : new DeviceProtection(
                SwapProtection.UnknownKey,
                table.Problem ?? $"no line of /etc/crypttab opens {layer.MapName}, so nobody says how its key is made",
                evidence
            );
    }
}
