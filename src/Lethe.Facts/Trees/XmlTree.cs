using System.Text;
using System.Xml;

namespace Lethe.Facts.Trees;

/// <summary>Reads XML without a document type: no entity of the file's own is known, so none can grow or reach outside.</summary>
internal static class XmlTree
{
    /// <summary>Reads the document's root element.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="FactsException">It is no XML, has a document type, or is too deep or too large.</exception>
    public static ConfigurationNode Parse(string text, string source)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        using var reader = XmlReader.Create(new StringReader(TreeLimits.WithoutMark(text)), settings);
        try
        {
            reader.MoveToContent();
            int nodes = 0;
            ConfigurationNode root = Element(reader, source, ref nodes);
            // What follows its end must not be another document.
            while (reader.Read()) { }
            return root;
        }
        catch (XmlException failure)
        {
            throw TreeLimits.Broken(
                source,
                "XML",
                failure.LineNumber,
                failure.Message.Contains("DTD", StringComparison.Ordinal)
                    ? "it has a document type, which is not read"
                    : "something is missing or wrong"
            );
        }
    }

    private static ConfigurationNode Element(XmlReader reader, string source, ref int nodes)
    {
        if (++nodes > TreeLimits.MostNodes || reader.Depth > TreeLimits.MostDepth) throw TreeLimits.TooLarge(source);
        string name = reader.LocalName;
        int line = ((IXmlLineInfo)reader).LineNumber;
        var children = new List<ConfigurationNode>();
        while (reader.MoveToNextAttribute())
        {
            if (++nodes > TreeLimits.MostNodes) throw TreeLimits.TooLarge(source);
            children.Add(new ConfigurationNode("@" + reader.LocalName, ((IXmlLineInfo)reader).LineNumber, reader.Value, []));
        }

        reader.MoveToElement();
        if (reader.IsEmptyElement) return new ConfigurationNode(name, line, null, children);
        StringBuilder? value = null;
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType == XmlNodeType.Element) children.Add(Element(reader, source, ref nodes));
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) (value ??= new StringBuilder()).Append(reader.Value);
        }

        return new ConfigurationNode(name, line, value?.ToString().Trim(), children);
    }
}
