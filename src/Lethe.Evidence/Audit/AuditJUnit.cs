using System.Globalization;
using System.Text;
using System.Xml;

namespace Lethe.Evidence.Audit;

/// <summary>
/// Writes an audit as JUnit XML, as build servers read it: a suite for each host, a case for each rule and subject. What is open failed,
/// what is unknown is an error (it was to be judged and could not be), and so is a file that could not be read.
/// </summary>
public static class AuditJUnit
{
    /// <summary>The name of the suite of what could not be read.</summary>
    public const string ProblemSuite = "not judged";

    /// <summary>Writes the document, ending with a newline.</summary>
    public static void Write(AuditReport report, Stream stream)
    {
        using (
            var xml = XmlWriter.Create(
                stream,
                new XmlWriterSettings
                {
                    Indent = true,
                    Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                    CloseOutput = false,
                    NewLineChars = "\n",
                }
            )
        )
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "lethe audit");
            WriteCounts(xml, report.Findings, report.Problems.Count);
            xml.WriteAttributeString("time", (report.DurationMs / 1000.0).ToString("0.000", CultureInfo.InvariantCulture));
            ILookup<string, Finding> findings = report.Findings.ToLookup(finding => finding.Host);
            foreach (string host in report.Hosts) WriteHost(xml, report, host, [.. findings[host]]);
            if (report.Problems.Count > 0) WriteProblems(xml, report);
            xml.WriteEndElement();
        }

        stream.WriteByte((byte)'\n');
    }

    private static void WriteHost(XmlWriter xml, AuditReport report, string host, Finding[] findings)
    {
        WriteSuite(xml, report, host, findings, 0);
        foreach (Finding finding in findings)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", Printable.Of(finding.Medium));
            xml.WriteAttributeString("name", Printable.Of(finding.Subject is null ? finding.Rule : $"{finding.Rule}: {finding.Subject}"));
            if (finding.State != Posture.Closed) WriteOutcome(xml, finding);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteOutcome(XmlWriter xml, Finding finding)
    {
        xml.WriteStartElement(finding.State == Posture.Open ? "failure" : "error");
        xml.WriteAttributeString("type", finding.State == Posture.Open ? AuditText.Word(finding.Severity) : AuditText.Word(finding.State));
        xml.WriteAttributeString("message", Printable.Of(finding.Summary));
        IEnumerable<string?> lines =
        [
            .. finding.Evidence.Select(AuditText.Evidence),
            $"why: {Printable.Of(finding.Why)}",
            AuditText.Proof(finding.Routes) is { } proof ? $"proof: {proof}" : null,
            .. finding.Repair?.Split('\n').Select(repair => $"repair: {Printable.Of(repair)}") ?? [],
        ];
        xml.WriteString(string.Join('\n', lines.OfType<string>()));
        xml.WriteEndElement();
    }

    private static void WriteProblems(XmlWriter xml, AuditReport report)
    {
        WriteSuite(xml, report, ProblemSuite, [], report.Problems.Count);
        foreach (AuditProblem problem in report.Problems)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", ProblemSuite);
            xml.WriteAttributeString("name", Printable.Of(problem.Source));
            xml.WriteStartElement("error");
            xml.WriteAttributeString("type", "unread");
            xml.WriteAttributeString("message", Printable.Of(problem.Text));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteSuite(XmlWriter xml, AuditReport report, string name, IReadOnlyList<Finding> findings, int problems)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", Printable.Of(name));
        WriteCounts(xml, findings, problems);
        xml.WriteAttributeString("timestamp", report.Began.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<Finding> findings, int problems)
    {
        Write("tests", findings.Count + problems);
        Write("failures", findings.Count(finding => finding.State == Posture.Open));
        Write("errors", findings.Count(finding => finding.State == Posture.Unknown) + problems);
        Write("skipped", 0);

        void Write(string name, int count) => xml.WriteAttributeString(name, count.ToString(CultureInfo.InvariantCulture));
    }
}
