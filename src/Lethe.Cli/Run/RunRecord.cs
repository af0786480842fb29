using System.Reflection;
using Lethe.Cli.Certificates;
using Lethe.Disposal.Running;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Evidence.Proof;

namespace Lethe.Cli.Run;

/// <summary>A run's entry in the ledger: begun before the command starts, so that a run nobody ended is known.</summary>
internal sealed class RunRecord : IDisposable
{
    private readonly Ledger? ledger;
    private readonly SigningKey? key;
    private readonly BegunWorkload begun;

    private RunRecord(Ledger? ledger, SigningKey? key, string? where, BegunWorkload begun) =>
        (this.ledger, this.key, Where, this.begun) = (ledger, key, where, begun);

    /// <summary>Names the run.</summary>
    public string Id => begun.Id;

    /// <summary>The ledger's file; null when nothing is recorded.</summary>
    public string? Where { get; }

    /// <summary>A run that is not recorded.</summary>
    public static RunRecord None(IReadOnlyList<string> words)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        // No ledger, no signature: and so nothing here may need OpenSSL, which not every machine has.
        string id = $"{now.ToUnixTimeMilliseconds():x}{Environment.ProcessId:x}";
        return new RunRecord(null, null, null, new BegunWorkload(id, now, new Workload("process-tree", "", [.. words]), RunningProcess.Current()));
    }

    /// <summary>Records that a run begins.</summary>
    /// <param name="ledgerFile">The ledger; null for the usual one.</param>
    /// <param name="keyFile">The key to sign with; null for the usual one.</param>
    /// <param name="words">The command.</param>
    /// <param name="recordCommand">Whether it is put into the certificate.</param>
    /// <param name="notice">Gets sentences for the user.</param>
    /// <exception cref="EvidenceException">Ledger or key cannot be used.</exception>
    public static RunRecord Begin(string? ledgerFile, string? keyFile, IReadOnlyList<string> words, bool recordCommand, Action<string> notice)
    {
        string where = ledgerFile ?? StateDirectory.Ledger, keyPath = keyFile ?? StateDirectory.SigningKey;
        SigningKey key = SigningKey.OpenOrCreate(keyPath);
        if (key.IsNew) notice($"made a new signing key {keyPath} (fingerprint {key.PublicKey.Id})");
        Ledger ledger = Ledger.OpenOrCreate(where);
        return new RunRecord(ledger, key, where, ledger.Begin(Workload.ProcessTree(words, recordCommand), RunningProcess.Current(), DateTimeOffset.UtcNow));
    }

    /// <summary>What is to be certified.</summary>
    public EndCertificate CertificateOf(RunResult result, EffectiveState? effective) => new()
    {
        Id = Id,
        Version = Version,
        Workload = begun.Workload,
        Began = result.Began,
        Ended = result.Ended,
        ExitCode = result.ExitCode,
        Signal = result.Signal,
        OutOfMemoryKills = result.OutOfMemoryKills,
        Host = Host(effective),
        Media = result.Media,
        WipedBytes = result.WipedBytes,
        WipeMs = result.WipeMs,
    };

    /// <summary>Signs it and puts it into the ledger, if there is one.</summary>
    /// <exception cref="EvidenceException">The ledger cannot be written any more.</exception>
    public void End(EndCertificate certificate) => ledger?.End(certificate, key!, DateTimeOffset.UtcNow);

    /// <summary>What is to be certified when the command never ran.</summary>
    public EndCertificate CertificateOf(string failure, EffectiveState? effective) => new()
    {
        Id = Id,
        Version = Version,
        Workload = begun.Workload,
        Began = begun.Began,
        Ended = DateTimeOffset.UtcNow,
        Host = Host(effective),
        Media = [new MediumOutcome("none", null, PurgeMethod.None, 0, null, Verdict.Inconclusive, $"the command was not started: {failure}")],
        WipedBytes = 0,
        WipeMs = 0,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        ledger?.Dispose();
        key?.Dispose();
    }

    private static string Version => Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    private static HostState Host(EffectiveState? effective) =>
        new(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), RunningProcess.BootId(), effective);
}
