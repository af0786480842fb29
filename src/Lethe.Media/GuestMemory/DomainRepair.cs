using System.Text;
using System.Xml;
using System.Xml.Linq;
using Lethe.Facts.Guests;
using Lethe.Media.Auditing;

namespace Lethe.Media.GuestMemory;

/// <summary>
/// A domain's XML with all repairs of its open findings. Each finding gets the same file, so that none undoes another. What changes how
/// a machine performs (huge pages, locking) is left to its owner.
/// </summary>
internal static class DomainRepair
{
    /// <summary>What to do by hand, and the changed XML where libvirt has one of the machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="instruction">What closes one finding.</param>
    public static IReadOnlyList<Repair> Of(GuestMachine machine, string instruction)
    {
        if (machine.DomainXml is null || Repaired(machine.DomainXml) is not { } xml) return [new ManualRepair(instruction)];
        string name = RepairName.Of(machine.Name);
        return
        [
            new ManualRepair(instruction),
            new RepairFile($"libvirt/{name}.xml", xml, $"virsh define libvirt/{name}.xml, then shut the machine down and start it anew"),
        ];
    }

    private static string? Repaired(string xml)
    {
        XDocument document;
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(xml),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null }
            );
            document = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            return null;
        }

        XElement domain = document.Root!;
        Change(domain);
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true })) document.Save(writer);
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Change(XElement domain)
    {
        domain.Element("memory")?.SetAttributeValue("dumpCore", "off");
        XElement backing = domain.Element("memoryBacking")
            ?? Added(domain, "memoryBacking", after: domain.Element("currentMemory") ?? domain.Element("memory"));
        if (backing.Element("nosharepages") is null && backing.Element("hugepages") is null) Added(backing, "nosharepages", after: null);
        if (backing.Element("hugepages") is null && backing.Element("source")?.Attribute("type") is { Value: "file" } type)
            type.Value = "memfd";
        if (domain.Element("devices") is not { } devices) return;
        XElement balloon = devices.Element("memballoon") ?? Added(devices, "memballoon", after: null);
        if (balloon.Attribute("model") is null or { Value: "none" }) balloon.SetAttributeValue("model", "virtio");
        balloon.SetAttributeValue("freePageReporting", "on");
    }

    // Adds the element on a line of its own, indented as a child of its parent.
    private static XElement Added(XElement parent, string name, XElement? after)
    {
        var element = new XElement(name);
        string indent = "\n" + new string(' ', 2 * (parent.Ancestors().Count() + 1));
        if (after is not null) after.AddAfterSelf(new XText(indent), element);
        else if (parent.HasElements) parent.AddFirst(new XText(indent), element);
        else parent.Add(new XText(indent), element, new XText(indent[..^2]));
        return element;
    }
}
