using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.ScratchStorage;

/// <summary>
/// Drives that encrypt by themselves. The kernel's files do not show whether they do. They only show what makes it irrelevant.
/// </summary>
internal static class SelfEncryption
{
    private const string Model = "/sys/class/block/*/device/model";

    // SCSI, SATA, USB; NVMe; memory cards, which cannot encrypt. Virtual disks are for another host to judge.
    private static readonly string[] Able = ["sd", "nvme"], Unable = ["mmcblk"];

    public static IReadOnlyList<string> Wants { get; } = [Model, .. BlockDevices.Wants];

    /// <summary>Whether a drive's content is unreadable without a key: one judgement for each.</summary>
    public static IEnumerable<Judgement> Of(HostFacts facts)
    {
        var devices = BlockDevices.Of(facts);
        foreach (
            BlockDevice drive in devices.All.Where(device =>
                device.Disk is null
                && device.Slaves.Count == 0
                && Able.Concat(Unable).Any(kind => device.Name.StartsWith(kind, StringComparison.Ordinal))
            )
        )
        {
            Reading model = facts.Read(drive.Files + "device/model");
            BlockDevice[][] uses =
            [
                .. devices
                    .All.Where(device => device != drive)
                    .SelectMany(devices.Ways)
                    .Where(way => way[^1] == drive)
                    .Select(way => way.ToArray()),
            ];
            bool above = uses.Any(way => way.Any(layer => layer.Encryption is not null));
            yield return (above
                ? Judgement.Closed(
                    "an encrypted device lies above it",
                    [
                        .. uses.SelectMany(way => way)
                            .Where(layer => layer.Encryption is not null)
                            .Select(layer => layer.Evidence!)
                            .Distinct(),
                    ]
                )
                : Unable.Any(kind => drive.Name.StartsWith(kind, StringComparison.Ordinal))
                    ? Judgement
                        .Open("it cannot encrypt by itself, and nothing above it does", model.Evidence)
                        .RepairedBy(new ManualRepair("encrypt it with dm-crypt"))
                    : Judgement.Unknown(
                        "needs sedutil-cli --query or nvme sed discover: the kernel does not tell whether a drive encrypts by itself and "
                            + "is locked when it loses power",
                        model.Evidence
                    )
                ).About(drive.Name);
        }
    }
}
