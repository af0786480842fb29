using Lethe.Evidence;
using Lethe.Evidence.Proof;
using Lethe.Lab;

namespace Lethe.Cli.Prove;

/// <summary>The report files the user asked for, checked before any work is done.</summary>
internal sealed class ReportFiles
{
    private readonly IReadOnlyList<(string Path, Func<ProofReport, string> Write)> files;

    private ReportFiles(IReadOnlyList<(string, Func<ProofReport, string>)> files) => this.files = files;

    /// <summary>Checks names and directories.</summary>
    /// <exception cref="LabException">A form is unknown, or a directory is missing.</exception>
    public static ReportFiles Check(IEnumerable<string> paths) => new([.. paths.Select(path =>
    {
        Func<ProofReport, string> write = Path.GetExtension(path) switch
        {
            ".json" => ProofJson.Write,
            ".html" => ProofHtml.Write,
            _ => throw new LabException($"--report {path}: this form is unknown", "end the name with .json or .html", ExitCode.Usage),
        };
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(directory)) throw new LabException($"--report {path}: there is no directory {directory}", "make it first", ExitCode.Usage);
        ReportFile.CheckWritable(path);
        return (path, write);
    })]);

    /// <summary>Writes them all.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public void Write(ProofReport report)
    {
        foreach ((string path, Func<ProofReport, string> write) in files) ReportFile.Write(path, write(report));
    }
}
