using Lethe.Disposal.Running;
using Lethe.Evidence;

namespace Lethe.Cli.Run;

/// <summary>The report files of a run.</summary>
internal static class RunReports
{
    /// <summary>Finds out before anything runs whether they can be written.</summary>
    /// <exception cref="RunException">One has an extension that is no form.</exception>
    public static IReadOnlyList<string> Check(IReadOnlyList<string> files)
    {
        foreach (string file in files)
        {
            if (Path.GetExtension(file) != ".json") throw new RunException($"{Printable.Of(file)} is no report that can be written", "name it .json", ExitCode.Usage);
            ReportFile.CheckWritable(file);
        }

        return files;
    }
}
