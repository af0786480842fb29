using Lethe.Evidence.Audit;
using Lethe.Media.Auditing;

namespace Lethe.Media.ScratchStorage;

/// <summary>Whether files that workloads wrote and deleted can still be read from disks.</summary>
internal sealed class ScratchStorageAudit : IAudit
{
    private const string Sanitization = "NIST SP 800-53 MP-6", AtRest = "NIST SP 800-53 SC-28";

    public Medium Medium => Medium.ScratchStorage;

    public IReadOnlyList<string> Wants { get; } = [.. ScratchPlaces.Wants, .. Discards.Wants, .. SelfEncryption.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("scratch-storage/encrypted", Severity.High, "places that workloads write to are encrypted or in memory",
            "Deleting a file frees its blocks and leaves what stands in them; whoever reads the device reads it.", ScratchPlaces.Encrypted)
        {
            Routes = ["scratch-storage/unlink", "scratch-storage/encrypted-close"],
            References = [AtRest, "PCI DSS 4.0.1 3.5.1.2", "ComplianceAsCode encrypt_partitions", "Lynis CRYP-7930"],
        },
        new("scratch-storage/discarded", Severity.Medium, "blocks of deleted files are discarded down to the medium",
            "Discards have to be asked for, and one layer that takes none swallows those of all layers above it, without a word.",
            Discards.ReachTheMedium
        )
        {
            Routes = ["scratch-storage/unlink", "scratch-storage/discard"],
            References = [Sanitization, "NIST SP 800-53 SI-14(2)"],
        },
        new("scratch-storage/free-blocks-hidden", Severity.Low, "encrypted devices do not show which blocks are free",
            "Discards that pass an encrypted layer show its pattern of use; against that stands that without them deleted files stay, "
                + "under the same key.",
            Discards.HideFreeBlocks
        )
        {
            Routes = ["scratch-storage/encrypted-close"],
            References = [AtRest],
        },
        new("scratch-storage/removed-volumes-discarded", Severity.Medium, "blocks of removed logical volumes are discarded",
            "The next volume gets them as they are, and shows what the last one held to whoever it is given to.", Discards.OfRemovedVolumes)
        {
            Routes = ["scratch-storage/discard"],
            References = [Sanitization, "Common Criteria FDP_RIP.1"],
        },
        new("scratch-storage/drives-encrypt", Severity.Low, "drives hold cipher text",
            "A drive that encrypts by itself can be made unreadable at once by changing its key; one that does not has to be overwritten.",
            SelfEncryption.Of
        )
        {
            References = [Sanitization, AtRest],
        },
    ];
}
