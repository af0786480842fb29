namespace Lethe.Evidence.Certificates;

/// <summary>How a workload ended and what became of its data, as <c>lethe run</c> certifies it.</summary>
public sealed record EndCertificate
{
    /// <summary>The name and version of this document's form.</summary>
    public const string SchemaName = "lethe.certificate/1";

    /// <summary>The name and version of this document's form.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>The certificate's name (<see cref="Ulid"/>).</summary>
    public required string Id { get; init; }

    /// <summary>Lethe's version.</summary>
    public required string Version { get; init; }

    /// <summary>What was run.</summary>
    public required Workload Workload { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>When its last process had ended, UTC.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>What it returned; null when a signal ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal { get; init; }

    /// <summary>Processes that were killed because the workload's memory was used up.</summary>
    public long OutOfMemoryKills { get; init; }

    /// <summary>The machine.</summary>
    public required HostState Host { get; init; }

    /// <summary>Medium by medium.</summary>
    public required IReadOnlyList<MediumOutcome> Media { get; init; }

    /// <summary>Bytes wiped in all media.</summary>
    public required long WipedBytes { get; init; }

    /// <summary>Milliseconds that took.</summary>
    public required long WipeMs { get; init; }

    /// <summary>Where it stands in the ledger; the ledger fills this in.</summary>
    public LedgerPosition? Ledger { get; init; }

    /// <summary>As a JSON document of the form <see cref="SchemaName"/>, without signature.</summary>
    public string ToJson() => CertificateJson.Write(this);

    /// <summary>The worst of the media, in the order of <see cref="WorstFirst"/>. Nothing looked at is undecided.</summary>
    public Verdict Worst() =>
        Media.Count == 0 ? Verdict.Inconclusive : WorstFirst.First(verdict => Media.Any(outcome => outcome.Verdict == verdict));

    private static readonly Verdict[] WorstFirst =
    [
        Verdict.Residue,
        Verdict.Inconclusive,
        Verdict.Unsupported,
        Verdict.Bounded,
        Verdict.ProvedElsewhere,
        Verdict.Clean,
    ];
}
