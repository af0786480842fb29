using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Cli.Run;

/// <summary>Where a run's end is put down.</summary>
internal static class RunReports
{
    private static readonly Dictionary<string, Action<EndCertificate, Stream>> Forms = new()
    {
        [".json"] = ReportFiles<EndCertificate>.Text(certificate => certificate.ToJson()),
    };

    /// <summary>Finds out before anything runs whether they can be written.</summary>
    /// <param name="files">The files.</param>
    /// <param name="tryWriting">Whether writing is tried, which leaves nothing but is no mere reading.</param>
    /// <exception cref="EvidenceException">One is of no form, or cannot be where it is to be.</exception>
    public static ReportFiles<EndCertificate> Check(IEnumerable<string> files, bool tryWriting) =>
        ReportFiles<EndCertificate>.Check(files, Forms, ".json", tryWriting);

    /// <summary>Puts down what became of a run in each report file.</summary>
    /// <returns>Whether all of them could be written. What could not is told: the command's own end must not get lost over it.</returns>
    public static bool Write(EndCertificate certificate, ReportFiles<EndCertificate> files, Action<string> notice)
    {
        bool kept = true;
        foreach (Action write in files.Writings(certificate))
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
