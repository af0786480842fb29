using Lethe.Evidence;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.WaysToRead;

/// <summary>Devices that read memory by themselves: what an IOMMU lets them read, and which may be plugged in.</summary>
internal static class DeviceAccess
{
    private const string Units = "/sys/class/iommu/",
        GroupTypes = "/sys/kernel/iommu_groups/*/type",
        ThunderboltSecurity = "/sys/bus/thunderbolt/devices/*/security",
        Protection = "iommu_dma_protection";

    public static IReadOnlyList<string> Wants { get; } =
        [
            Units,
            GroupTypes,
            ThunderboltSecurity,
            "/sys/bus/thunderbolt/devices/*/" + Protection,
            .. KernelCommandLine.Wants,
            .. Processor.Wants,
        ];

    /// <summary>Whether devices can read only the memory that is mapped for them.</summary>
    public static IEnumerable<Judgement> Confined(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        Reading units = facts.Read(Units);
        var processor = Processor.Of(facts);
        if (units.IsUnknown) yield return Judgement.Unknown($"needs {Units}: {units.Problem}");
        else if (units.Entries.Count > 0) yield return OfUnits(facts, units);
        else if (processor.Problem is { } problem)
            yield return Judgement.Unknown($"needs to know whether this is a virtual machine: {problem}", units.Evidence);
        // In a virtual machine the hypervisor can read anyway what the devices read.
        else if (!processor.IsVirtual)
            yield return Judgement
                .Open("devices read all of memory: no IOMMU is in use", units.Evidence, processor.Evidence)
                .RepairedBy(On(processor));
    }

    /// <summary>Whether devices that are plugged into Thunderbolt are kept from reading memory.</summary>
    public static IEnumerable<Judgement> PluggedIn(HostFacts facts)
    {
        foreach (Reading security in facts.Matching(ThunderboltSecurity))
        {
            string device = security.Path[..(security.Path.LastIndexOf('/') + 1)];
            Reading protection = facts.Read(device + Protection);
            yield return (security.Value switch
            {
                _ when protection.Value == "1" => Judgement.Closed(
                    "the IOMMU confines what is plugged into Thunderbolt",
                    protection.Evidence
                ),
                "user" or "secure" or "dponly" or "usbonly" or "nopcie" => Judgement.Closed(
                    "nothing plugged into Thunderbolt reads memory unless somebody allows it",
                    security.Evidence
                ),
                "none" => Judgement
                    .Open("whatever is plugged into Thunderbolt reads all of memory", security.Evidence)
                    .RepairedBy(
                        new ManualRepair("turn on DMA protection, or a security level for Thunderbolt, in the firmware's settings")
                    ),
                null => Judgement.Unknown($"needs {security.Source}: {security.Problem}"),
                _ => Judgement.Unknown("needs a security level that is known", security.Evidence),
            }).About(device.TrimEnd('/'));
        }
    }

    private static Judgement OfUnits(HostFacts facts, Reading units)
    {
        Reading[] types = [.. facts.Matching(GroupTypes)];
        Reading[] open = [.. types.Where(type => type.Value == "identity")];
        var line = KernelCommandLine.Of(facts);
        Citation[] asked =
        [
            .. ((string[])["iommu.passthrough", "iommu"])
                .Select(name => line.Last(name))
                .Where(parameter => parameter is { Value: "1" or "pt" })
                .Select(parameter => parameter!.Value.Evidence),
        ];
        if (open.Length > 0)
            return Judgement
                .Open(
                    $"{open.Length} of {types.Length} groups of devices read all of memory past the IOMMU",
                    [.. open.Take(3).Select(type => type.Evidence), .. asked]
                )
                .RepairedBy(
                    asked.Length > 0
                        ? [.. asked.Select(parameter => new NoKernelParameter(parameter.Text))]
                        : [new KernelParameter("iommu.passthrough", "0")]
                );
        if (types.Any(type => type.Value is "DMA" or "DMA-FQ" or "blocked" or "auto"))
            return Judgement.Closed(
                "devices see only the memory they were given",
                [units.Evidence, .. types.Take(1).Select(type => type.Evidence)]
            );
        return Judgement.Unknown("needs the types of the groups of devices, which this kernel does not tell", units.Evidence);
    }

    private static Repair[] On(Processor processor) => processor.Vendor == "GenuineIntel"
        ? [new KernelParameter("intel_iommu", "on"), new ManualRepair("turn on VT-d in the firmware's settings")]
        : [new ManualRepair("turn on the IOMMU (AMD-Vi) in the firmware's settings")];
}
