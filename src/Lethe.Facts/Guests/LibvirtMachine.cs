using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Guests;

/// <summary>
/// A machine as a domain of libvirt describes it (formatdomain). What it leaves open, <c>qemu.conf</c> says: whether cores hold the
/// guest's memory (by default not), and where files of memory are.
/// </summary>
internal static class LibvirtMachine
{
    /// <summary>Where libvirt's QEMU driver is configured.</summary>
    public const string DriverConfiguration = "/etc/libvirt/qemu.conf";

    private const string DefaultMemoryDirectory = "/var/lib/libvirt/qemu/ram";

    /// <summary>Reads it; null when the file describes no domain.</summary>
    /// <exception cref="FactsException">It is no XML.</exception>
    public static GuestMachine? Of(Reading file, HostFacts facts)
    {
        ConfigurationNode root = XmlTree.Parse(file.Text ?? "", file.Source);
        ConfigurationNode domain = root.Name == "domain" ? root : root["domain"];
        if (!domain.IsPresent) return null;
        ConfigurationNode backing = domain["memoryBacking"];
        bool hugePages = backing["hugepages"].IsPresent;
        Reading driver = facts.Read(DriverConfiguration);
        return new GuestMachine(MachineMonitor.Libvirt, domain["name"].Value ?? file.Source, Origin(file, domain))
        {
            Merges = Merges(file, domain, backing),
            DumpsCore = DumpsCore(file, domain, driver),
            File = GuestMemoryFile(file, backing, driver),
            HugePages = Present(file, backing, "hugepages", Origin(file, domain)),
            Locked = Present(file, backing, "locked", Origin(file, domain)),
            LockLimit = backing["locked"].IsPresent ? Present(file, domain["memtune"], "hard_limit", Line(file, backing["locked"])) : null,
            Discards =
                backing["source"]["@type"].Value == "file" && !hugePages
                    ? Present(file, backing, "discard", Line(file, backing["source"]))
                    : null,
            ReturnsFreePages = Balloon(file, domain),
            Encrypted = domain["launchSecurity"] is { IsPresent: true } launch
                ? new SwitchSetting(launch["@type"].Value is "sev" or "sev-snp" or "tdx" or "s390-pv", Line(file, launch["@type"]))
                : new SwitchSetting(false, Origin(file, domain), IsDefault: true),
            DomainXml = root.Name == "domain" ? file.Text : null,
        };
    }

    private static Citation Origin(Reading file, ConfigurationNode domain) =>
        Line(file, domain["name"].IsPresent ? domain["name"] : domain);

    // The line as it stands, which tells more than the node.
    private static Citation Line(Reading file, ConfigurationNode node) =>
        node.Line > 0 && node.Line <= file.Lines.Count ? file.Lines[node.Line - 1].Evidence : node.Evidence(file.Source);

    private static SwitchSetting Present(Reading file, ConfigurationNode parent, string element, Citation otherwise) =>
        parent[element].IsPresent
            ? new SwitchSetting(true, Line(file, parent[element]))
            : new SwitchSetting(false, otherwise, IsDefault: true);

    // The kernel merges neither shared pages nor huge pages (vma_ksm_compatible of mm/ksm.c).
    private static SwitchSetting Merges(Reading file, ConfigurationNode domain, ConfigurationNode backing)
    {
        foreach (ConfigurationNode against in (ConfigurationNode[])[backing["nosharepages"], backing["hugepages"]])
            if (against.IsPresent) return new SwitchSetting(false, Line(file, against));
        if (backing["access"]["@mode"] is { Value: "shared" } shared) return new SwitchSetting(false, Line(file, shared));
        return new SwitchSetting(true, backing.IsPresent ? Line(file, backing) : Origin(file, domain), IsDefault: true);
    }

    private static SwitchSetting DumpsCore(Reading file, ConfigurationNode domain, Reading driver)
    {
        ConfigurationNode memory = domain["memory"];
        if (memory["@dumpCore"] is { IsPresent: true } said) return new SwitchSetting(said.Value != "off", Line(file, said));
        if (Setting(driver, "dump_guest_core") is (string value, Citation line)) return new SwitchSetting(value != "0", line);
        Citation origin = memory.IsPresent ? Line(file, memory) : Origin(file, domain);
        return new SwitchSetting(
            driver.IsUnknown ? null : false,
            driver.IsUnknown ? origin : driver.Evidence with { Text = "dump_guest_core is not set, so guest memory is left out" },
            IsDefault: true
        );
    }

    private static GuestMemoryFile? GuestMemoryFile(Reading file, ConfigurationNode backing, Reading driver)
    {
        if (backing["source"]["@type"] is not { Value: "file" } type || backing["hugepages"].IsPresent) return null;
        return new GuestMemoryFile(Setting(driver, "memory_backing_dir")?.Value ?? DefaultMemoryDirectory, Line(file, type));
    }

    private static SwitchSetting? Balloon(Reading file, ConfigurationNode domain)
    {
        ConfigurationNode balloon = domain["devices"]["memballoon"];
        if (!balloon.IsPresent) return new SwitchSetting(false, Origin(file, domain), IsDefault: true);
        return new SwitchSetting(
            balloon["@freePageReporting"].Value == "on",
            Line(file, balloon),
            IsDefault: !balloon["@freePageReporting"].IsPresent
        );
    }

    private static (string Value, Citation Line)? Setting(Reading configuration, string name)
    {
        (string, Citation)? last = null;
        foreach (TextLine line in configuration.Lines)
        {
            string text = line.Text.Trim();
            int equals = text.IndexOf('=');
            if (equals > 0 && text[..equals].Trim() == name) last = (text[(equals + 1)..].Trim().Trim('"'), line.Evidence);
        }

        return last;
    }
}
