using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.Hibernation;

/// <summary>Whether hibernation can write all of RAM to a disk, and whether it has.</summary>
internal sealed class HibernationAudit : IAudit
{
    private const string Modes = "/sys/power/disk",
        States = "/sys/power/state",
        ResumeDevice = "/sys/power/resume",
        Headers = "swap-header:*";
    private static readonly string[] Signatures = ["S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001"];

    public Medium Medium => Medium.Hibernation;

    public IReadOnlyList<string> Wants =>
        [
            Modes,
            States,
            ResumeDevice,
            "/sys/kernel/security/lockdown",
            Headers,
            .. SwapAreas.Wants,
            .. KernelCommandLine.Wants,
            .. KernelConfiguration.Wants,
        ];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("hibernation/not-to-a-plain-medium", Severity.High, "the machine cannot hibernate to a plain medium",
            "Hibernation writes all of RAM to the swap area, keys and ended workloads' free pages among it, and the image stays there "
                + "after the machine has resumed.",
            NotToPlainMedium
        )
        {
            Routes = ["hibernation/image-after-resume"],
            References = ["KSPP: HIBERNATION is not set", "NIST SP 800-53 SC-28", "NIST SP 800-53 MP-6"],
        },
        new("hibernation/no-image-left", Severity.High, "no image is left in a swap area",
            "After a resume only the image's signature is taken away; the image stays until swap happens to write over it.", NoImageLeft)
        {
            Routes = ["hibernation/image-after-resume"],
            References = ["NIST SP 800-53 MP-6", "NIST SP 800-53 SI-12(3)"],
        },
    ];

    private static IEnumerable<Judgement> NotToPlainMedium(HostFacts facts) =>
        [facts.Scope == FactScope.Host ? OfRunning(facts) : OfConfigured(facts)];

    private static Judgement OfRunning(HostFacts facts)
    {
        Reading modes = facts.Read(Modes), states = facts.Read(States), lockdown = facts.Read("/sys/kernel/security/lockdown");
        if (modes.IsAbsent || (states.Value is { } names && !names.Split(' ').Contains("disk")))
            return Judgement.Closed("this kernel cannot hibernate", modes.IsAbsent ? modes.Evidence : states.Evidence);
        if (modes.Value is { } value && value.Contains("[disabled]", StringComparison.Ordinal))
            return Judgement.Closed(
                "hibernation is switched off",
                [
                    modes.Evidence,
                    .. lockdown.Value is { } locked && !locked.Contains("[none]", StringComparison.Ordinal)
                        ? new[] { lockdown.Evidence }
                        : [],
                ]
            );
        if (modes.IsUnknown) return Judgement.Unknown($"needs {Modes}: {modes.Problem}");

        var areas = SwapAreas.Of(facts);
        if (areas.Problem is not null) return Judgement.Unknown($"needs {areas.Problem}", modes.Evidence);
        SwapArea[] able = [.. areas.All.Where(area => area.Protection != SwapProtection.Memory)];
        Reading resume = facts.Read(ResumeDevice);
        // The image goes to the area on the device to resume from. Without such a device, it goes to the first area.
        SwapArea? target = able.FirstOrDefault(area => area.Device?.Number is { } number && number == resume.Value)
            ?? able.FirstOrDefault();
        if (target is null) return Judgement.Closed("no swap area could take an image", modes.Evidence, areas.Evidence);
        Citation[] evidence = [modes.Evidence, .. resume.Value is null ? [] : new[] { resume.Evidence }, .. target.Evidence];
        return target.Protection switch
        {
            SwapProtection.Plain => Judgement
                .Open($"the machine can hibernate to {target.Reason}", evidence)
                .RepairedBy(new KernelParameter("nohibernate")),
            SwapProtection.Unknown => Judgement.Unknown($"needs to know {target.Reason}", evidence),
            _ => Judgement.Closed($"an image would be encrypted: {target.Path}", evidence),
        };
    }

    private static Judgement OfConfigured(HostFacts facts)
    {
        var line = KernelCommandLine.Of(facts);
        var built = KernelConfiguration.Of(facts);
        if (built["HIBERNATION"] == "n")
            return Judgement.Closed(
                "the kernel was built without hibernation",
                built.Evidence("HIBERNATION") is { } option ? [option] : []
            );
        if (line.Last("nohibernate") is { } off) return Judgement.Closed("hibernation is switched off", off.Evidence);
        if (line.Last("hibernate") is { Value: "no" } no) return Judgement.Closed("hibernation is switched off", no.Evidence);
        if (line.Last("resume") is not { } resume)
            return Judgement.Unknown(
                line.Problem is null
                    ? "needs a running host: no device to resume from is configured, but a kernel may hibernate without one"
                    : $"needs {line.Problem}"
            );
        SwapArea? area = SwapAreas.Of(facts).All.FirstOrDefault(area => area.Path == resume.Value);
        Citation[] evidence = [resume.Evidence, .. area?.Evidence ?? []];
        return area?.Protection switch
        {
            SwapProtection.Plain => Judgement
                .Open($"the machine will hibernate to {area.Reason}", evidence)
                .RepairedBy(new KernelParameter("nohibernate")),
            null or SwapProtection.Unknown => Judgement.Unknown($"needs to know what {resume.Value} is kept on", evidence),
            _ => Judgement.Closed($"an image would be encrypted: {area.Reason}", evidence),
        };
    }

    private static IEnumerable<Judgement> NoImageLeft(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        var areas = SwapAreas.Of(facts);
        Reading[] headers = [.. facts.Matching(Headers)];
        if (!facts.Looked.Contains(Headers))
            yield return Judgement.Unknown("needs the first page of each swap area, which was not collected");
        else if (headers.Length == 0) yield return Judgement.Closed("there is no swap area that could hold an image", areas.Evidence);
        var devices = BlockDevices.Of(facts);
        var table = EncryptionTable.Of(facts);
        foreach (Reading header in headers)
        {
            // The area need not be in use: it may only be configured, or be the one to resume from.
            SwapArea? area = areas.All.FirstOrDefault(area => area.Path == header.Source);
            BlockDevice? device = area is null ? devices.Find(header.Source) ?? devices.Holding(header.Source) : null;
            DeviceProtection? below =
                area is not null ? new DeviceProtection(area.Protection, area.Reason, area.Evidence)
                : device is null ? null
                : DeviceProtection.Of(device, devices, table);
            if (below?.Protection != SwapProtection.Memory) yield return OfHeader(header, below).About(header.Source);
        }
    }

    private static Judgement OfHeader(Reading header, DeviceProtection? below)
    {
        if (header.IsUnknown) return Judgement.Unknown($"needs the first page of {header.Source}: {header.Problem}", header.Evidence);
        string? current = Word(header, "signature"), saved = Word(header, "saved", "signature");
        bool valid = Signatures.Contains(current), former = saved is "SWAPSPACE2" or "SWAP-SPACE";
        if (!valid && !former) return Judgement.Closed("it has held no image since it was made", header.Evidence);
        // The header is read in the decrypted device. What lies on the medium is encrypted.
        if (below?.Protection is SwapProtection.RandomKey or SwapProtection.StoredKey or SwapProtection.UnknownKey)
            return Judgement.Closed("it has held an image, which is encrypted on the medium", [header.Evidence, .. below.Evidence]);
        return Judgement
            .Open(
                valid ? "it holds an image that was not resumed from" : "it held an image, and nothing has cleared that since",
                header.Evidence
            )
            .RepairedBy(
                new ManualRepair(
                    $"swapoff {header.Source}, overwrite it (blkdiscard, or dd with zeroes), then mkswap and swapon; take care to keep "
                        + "its UUID"
                )
            );
    }

    private static string? Word(Reading header, params string[] names) =>
        header
            .Lines.Select(line => line.Words)
            .FirstOrDefault(words => words.Length == names.Length + 1 && words.AsSpan(0, names.Length).SequenceEqual(names))
            ?[^1];
}
