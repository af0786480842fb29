using System.Text;
using Lethe.Evidence;
using Lethe.Evidence.Audit;

namespace Lethe.Cli.Audit;

/// <summary>The report files the user asked for, checked before any work is done.</summary>
internal sealed class AuditReports
{
    private readonly IReadOnlyList<(string Path, Action<AuditReport, Stream> Write)> files;

    private AuditReports(IReadOnlyList<(string, Action<AuditReport, Stream>)> files) => this.files = files;

    /// <summary>Checks names and directories.</summary>
    /// <exception cref="EvidenceException">A form is unknown, or a directory is missing.</exception>
    public static AuditReports Check(IEnumerable<string> paths) => new([.. paths.Select(path =>
    {
        Action<AuditReport, Stream> write = Path.GetExtension(path) switch
        {
            ".json" => AuditJson.Write,
            ".sarif" => AuditSarif.Write,
            ".xml" => AuditJUnit.Write,
            ".html" => (report, stream) => stream.Write(Encoding.UTF8.GetBytes(AuditHtml.Write(report))),
            _ => throw new EvidenceException($"--report {path}: this form is unknown", "end the name with .json, .sarif, .xml (JUnit) or .html", ExitCode.Usage),
        };
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(directory)) throw new EvidenceException($"--report {path}: there is no directory {directory}", "make it first", ExitCode.Usage);
        ReportFile.CheckWritable(path);
        return (path, write);
    })]);

    /// <summary>Writes them all.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public void Write(AuditReport report)
    {
        foreach ((string path, Action<AuditReport, Stream> write) in files) ReportFile.Write(path, stream => write(report, stream));
    }
}
