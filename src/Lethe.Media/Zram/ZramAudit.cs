using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.Zram;

/// <summary>Whether compressed swap stays in memory, and is cleared.</summary>
internal sealed class ZramAudit : IAudit
{
    private const string Sizes = "/sys/block/*/disksize";

    public Medium Medium => Medium.Zram;

    public IReadOnlyList<string> Wants => [Sizes, .. SwapAreas.Wants, .. PageZeroing.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("zram/not-written-back", Severity.High, "compressed pages stay in RAM",
            "A zram device with a backing device writes pages that are idle or compress badly to that device, uncompressed and as they "
                + "are.",
            NotWrittenBack
        )
        {
            References = ["NIST SP 800-53 SC-28", "PCI DSS 4.0.1 3.2.1"],
        },
        new("zram/cleared", Severity.High, "what zram gives back is cleared",
            "Compressed pages stay in free memory after the process ended, after swapoff and after a reset of the device, unless the "
                + "kernel zeroes freed pages; compressed, they escape a search for their content.",
            Cleared
        )
        {
            Routes = ["zram/exit", "zram/swapoff", "zram/reset"],
            References = ["KSPP: INIT_ON_FREE_DEFAULT_ON=y", "NIST SP 800-53 SI-14(2)", "Common Criteria FDP_RIP.2"],
        },
    ];

    private static IEnumerable<Judgement> NotWrittenBack(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host)
        {
            foreach (CompressedSwap device in CompressedSwap.Of(facts))
                yield return (
                    device.WritebackDevice is null
                        ? Judgement.Closed($"{device.Name} has no device to write to", device.Evidence)
                        : OfConfigured(facts, device)
                ).About(device.Name);
            yield break;
        }

        var devices = BlockDevices.Of(facts);
        var table = EncryptionTable.Of(facts);
        if (devices.Problem is not null) yield return Judgement.Unknown($"needs {devices.Problem}");
        foreach (BlockDevice device in InUse(facts, devices))
        {
            if (device.BackingFile is not { } backing)
            {
                yield return Judgement
                    .Closed($"{device.Name} has no device to write to", facts.Read(device.Files + "backing_dev").Evidence)
                    .About(device.Name);
                continue;
            }

            var protection = devices.Below(device) is [var below] ? DeviceProtection.Of(below, devices, table) : null;
            Citation[] evidence = [device.Evidence!, .. protection?.Evidence ?? []];
            yield return (protection?.Protection switch
            {
                SwapProtection.Plain => Judgement
                    .Open($"{device.Name} writes pages as they are to {protection.Reason}", evidence)
                    .RepairedBy(
                        new ManualRepair(
                            $"set {device.Name} up without a backing device, or with one that is encrypted with a random key"
                        )
                    ),
                null or SwapProtection.Unknown => Judgement.Unknown($"needs to know what {backing} is kept on", evidence),
                _ => Judgement.Closed($"{device.Name} writes to {protection.Reason}", evidence),
            }).About(device.Name);
        }
    }

    private static IEnumerable<Judgement> Cleared(HostFacts facts)
    {
        var devices = BlockDevices.Of(facts);
        Citation[] used =
            facts.Scope == FactScope.Host
                ? [.. InUse(facts, devices).Select(device => facts.Read($"/sys/block/{device.Name}/disksize").Evidence)]
                : [.. CompressedSwap.Of(facts).Select(device => device.Evidence)];
        if (used.Length == 0)
        {
            if (facts.Scope == FactScope.Host)
                yield return devices.Problem is null
                    ? Judgement.Closed("no zram device is in use")
                    : Judgement.Unknown($"needs {devices.Problem}");
            if (facts.Scope == FactScope.Root)
                yield return facts.Missing(CompressedSwap.Wants) is { } missing
                    ? Judgement.Unknown($"needs {missing}")
                    : Judgement.Closed("no zram device is configured");
            yield break;
        }

        var zeroing = PageZeroing.Of(facts);
        Citation[] evidence = [.. used, .. zeroing.Evidence];
        yield return zeroing switch
        {
            { OnFree: true } or { Poisons: true } => Judgement.Closed("the kernel overwrites pages when they are freed", evidence),
            { OnFree: false } => Judgement
                .Open("the kernel frees compressed pages as they are", evidence)
                .RepairedBy(new KernelParameter("init_on_free", "1")),
            _ => Judgement.Unknown($"needs {zeroing.Needed}", evidence),
        };
    }

    private static IEnumerable<BlockDevice> InUse(HostFacts facts, BlockDevices devices) =>
        devices
            .All.Where(device =>
                device.IsCompressedMemory && facts.Read($"/sys/block/{device.Name}/disksize").Value is { } size && size != "0"
            )
            .OrderBy(device => device.Name, StringComparer.Ordinal);

    private static Judgement OfConfigured(HostFacts facts, CompressedSwap device) =>
        device.WritebackDevice!.StartsWith("/dev/mapper/", StringComparison.Ordinal)
        && EncryptionTable.Of(facts).Find(device.WritebackDevice["/dev/mapper/".Length..]) is { } row
            ? Judgement.Closed($"{device.Name} writes to {device.WritebackDevice}, which is encrypted", device.Evidence, row.Evidence)
            : Judgement.Open($"{device.Name} writes pages as they are to {device.WritebackDevice}", device.Evidence)
                .RepairedBy(new TableLine(device.Evidence.Source.TrimStart('/'), device.Evidence.Text, "# " + device.Evidence.Text));
}
