using System.Text;
using Lethe.Evidence;

namespace Lethe.Cli;

/// <summary>The report files the user asked for with <c>--report</c>, checked before any work is done.</summary>
/// <typeparam name="TReport">What they report.</typeparam>
internal sealed class ReportFiles<TReport>
{
    private readonly IReadOnlyList<(string Path, Action<TReport, Stream> Write)> files;

    private ReportFiles(IReadOnlyList<(string, Action<TReport, Stream>)> files) => this.files = files;

    /// <summary>The files' names.</summary>
    public IEnumerable<string> Paths => files.Select(file => file.Path);

    /// <summary>Checks names and directories.</summary>
    /// <param name="paths">The files; how a name ends says the form.</param>
    /// <param name="forms">How each form is written, by the end of the name.</param>
    /// <param name="ends">The ends of names, for people.</param>
    /// <param name="tryWriting">Whether writing is tried, which leaves nothing but is no mere reading.</param>
    /// <exception cref="EvidenceException">A form is unknown, or a directory is missing.</exception>
    /// <exception cref="IOException">A file could not be written.</exception>
    public static ReportFiles<TReport> Check(
        IEnumerable<string> paths, IReadOnlyDictionary<string, Action<TReport, Stream>> forms, string ends, bool tryWriting = true) =>
        new([.. paths.Select(path =>
    {
        if (!forms.TryGetValue(Path.GetExtension(path), out Action<TReport, Stream>? write))
            throw new EvidenceException($"--report {path}: this form is unknown", $"end the name with {ends}", ExitCode.Usage);
        if (Directory.Exists(path)) throw new EvidenceException($"--report {path} is a directory", "name a file in it", ExitCode.Usage);
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(directory))
            throw new EvidenceException($"--report {path}: there is no directory {directory}", "make it first", ExitCode.Usage);
        if (tryWriting) ReportFile.CheckWritable(path);
        return (path, write);
    })]);

    /// <summary>A form that is made whole before it is written.</summary>
    public static Action<TReport, Stream> Text(Func<TReport, string> write) =>
        (report, stream) => stream.Write(Encoding.UTF8.GetBytes(write(report)));

    /// <summary>Writes them all.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public void Write(TReport report)
    {
        foreach (Action write in Writings(report)) write();
    }

    /// <summary>What writes each of them.</summary>
    public IEnumerable<Action> Writings(TReport report) =>
        files.Select(file => (Action)(() => ReportFile.Write(file.Path, stream => file.Write(report, stream))));
}
