using System.Text;
using Lethe.Evidence;
using Lethe.Evidence.Scan;
using Lethe.Evidence.Scan.Pictures;

namespace Lethe.Cli.Scan;

/// <summary>The report files the user asked for, checked before any work is done.</summary>
internal sealed class ScanReports
{
    private readonly IReadOnlyList<(string Path, Action<ScanReport, Stream> Write)> files;

    private ScanReports(IReadOnlyList<(string, Action<ScanReport, Stream>)> files) => this.files = files;

    /// <summary>Whether one of them draws a picture.</summary>
    public bool WantMaps => files.Any(file => Path.GetExtension(file.Path) != ".sarif");

    /// <summary>Whether one of them is only a picture.</summary>
    public bool WantPicture => files.Any(file => Path.GetExtension(file.Path) == ".png");

    /// <summary>Checks names and directories.</summary>
    /// <exception cref="ScanException">A form is unknown, or a directory is missing.</exception>
    public static ScanReports Check(IEnumerable<string> paths) => new([.. paths.Select(path =>
    {
        Action<ScanReport, Stream> write = Path.GetExtension(path) switch
        {
            ".json" => ScanJson.Write,
            ".sarif" => ScanSarif.Write,
            ".html" => (report, stream) => stream.Write(Encoding.UTF8.GetBytes(ScanHtml.Write(report))),
            ".png" => (report, stream) => stream.Write(PageMapPicture.Png(report)),
            _ => throw new ScanException($"--report {Printable.Of(path)}: this form is unknown", "end the name with .json, .html, .sarif or .png", ExitCode.Usage),
        };
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(directory)) throw new ScanException($"--report {Printable.Of(path)}: there is no directory {Printable.Of(directory)}", "make it first", ExitCode.Usage);
        ReportFile.CheckWritable(path);
        return (path, write);
    })]);

    /// <summary>Writes them all.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public void Write(ScanReport report)
    {
        foreach ((string path, Action<ScanReport, Stream> write) in files) ReportFile.Write(path, stream => write(report, stream));
    }
}
