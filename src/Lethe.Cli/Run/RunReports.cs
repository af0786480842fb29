using Lethe.Disposal.Running;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Cli.Run;

/// <summary>Where a run's end is put down.</summary>
internal static class RunReports
{
    /// <summary>Finds out before anything runs whether they can be written.</summary>
    /// <exception cref="RunException">One has an extension that is no form.</exception>
    public static IReadOnlyList<string> Check(IReadOnlyList<string> files)
    {
        foreach (string file in files)
        {
            if (Path.GetExtension(file) != ".json") throw new RunException($"{Printable.Of(file)} is no report that can be written", "name it .json", ExitCode.Usage);
            if (Directory.Exists(file)) throw new RunException($"{Printable.Of(file)} is a directory", "name a file in it", ExitCode.Usage);
            ReportFile.CheckWritable(file);
        }

        return files;
    }

    /// <summary>Puts down what became of a run: in the ledger, and in each report file.</summary>
    /// <returns>Whether all of it could be written. What could not is told: the command's own end must not get lost over it.</returns>
    public static bool Keep(RunRecord record, EndCertificate certificate, IReadOnlyList<string> files, Action<string> notice)
    {
        Action[] writings = [() => record.End(certificate), .. files.Select(file => (Action)(() => ReportFile.Write(file, certificate.ToJson())))];
        bool kept = true;
        foreach (Action write in writings)
        {
            try
            {
                write();
            }
            catch (Exception failure) when (failure is EvidenceException or IOException or UnauthorizedAccessException)
            {
                kept = false;
                notice($"the end could not be recorded: {failure.Message}");
            }
        }

        return kept;
    }
}
