using Lethe.Disposal;
using System.Globalization;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Cli.Certificates;

/// <summary>What is said about a workload. All of it may come from a hostile file, so all of it is escaped.</summary>
internal static class EntryText
{
    /// <summary><c>ended</c>, <c>running</c> or <c>not-ended</c>, for programs.</summary>
    public static string StateOf(LedgerEntry entry) =>
        entry.Certificate is not null ? "ended" : RunningProcess.IsAlive(entry.Begun!.Lethe) ? "running" : "not-ended";

    /// <summary>The same for readers.</summary>
    public static string Describe(LedgerEntry entry) => StateOf(entry) switch
    {
        "ended" => $"{How(entry.Certificate!)}; {Outcome(entry.Certificate!)}",
        "running" => "running",
        _ => "not ended by Lethe: what it left was not wiped",
    };

    /// <summary>The command, when it was recorded, or what stands for it.</summary>
    public static string Command(Workload workload) =>
        Printable.Of(workload.Argv is { } argv ? string.Join(' ', argv) : $"argv sha256:{Short(workload.ArgvSha256)}");

    /// <summary>A moment, to the second.</summary>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>How the workload ended.</summary>
    public static string How(EndCertificate certificate) => How(certificate.Signal, certificate.ExitCode, certificate.OutOfMemoryKills);

    /// <inheritdoc cref="How(EndCertificate)"/>
    public static string How(int? signal, int? exitCode, long outOfMemoryKills)
    {
        string end = signal is not null ? $"signal {signal}" : exitCode is not null ? $"exit {exitCode}" : "end unknown";
        return outOfMemoryKills > 0 ? $"{end}, out of memory: {outOfMemoryKills} killed" : end;
    }

    private static string Outcome(EndCertificate certificate) =>
        $"{ByteSize.Format(certificate.WipedBytes)} wiped in {certificate.WipeMs} ms; {Media(certificate.Media)}";

    /// <summary>How many media are clean, and how many are not.</summary>
    public static string Media(IReadOnlyCollection<MediumOutcome> media)
    {
        int clean = media.Count(outcome => outcome.Verdict == Verdict.Clean), open = media.Count(outcome => outcome.Verdict.IsOpen());
        IEnumerable<string> others =
            from verdict in new[] { Verdict.ProvedElsewhere, Verdict.Bounded }
            let count = media.Count(outcome => outcome.Verdict == verdict)
            where count > 0
            select $"{count} {verdict.Word()}";
        return string.Join(", ", [$"{clean} media clean", .. others, .. open > 0 ? [$"{open} open"] : Array.Empty<string>()]);
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
