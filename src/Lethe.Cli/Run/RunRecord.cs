using Lethe.Cli.Certificates;
using Lethe.Disposal.Running;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Linux.Text;

namespace Lethe.Cli.Run;

/// <summary>
/// A run's entry in the ledger: begun before the command starts, so that a run nobody ended is known. Ledger and key are
/// opened by another thread meanwhile, as that takes about as long as sealing.
/// </summary>
internal sealed class RunRecord : IDisposable
{
    private readonly Workload workload;
    private readonly Task<Opened>? opening;
    private readonly DateTimeOffset asked = DateTimeOffset.UtcNow;

    private RunRecord(Workload workload, string? where, Func<Opened>? open)
    {
        this.workload = workload;
        Where = where;
        opening = open is null ? null : Task.Run(open);
    }

    /// <summary>Names what a run makes on this machine (control group, scratch device). Needs no random numbers, and so no OpenSSL.</summary>
    public string Name => $"{asked.ToUnixTimeMilliseconds():x}{Environment.ProcessId:x}";

    /// <summary>Names the certificate.</summary>
    public string Id => opening is { IsCompletedSuccessfully: true } ? opening.Result.Begun.Id : Name;

    /// <summary>The ledger's file; null when nothing is recorded.</summary>
    public string? Where { get; }

    /// <summary>A run that is not recorded.</summary>
    public static RunRecord None(IReadOnlyList<string> words) => new(new Workload("process-tree", "", [.. words]), null, null);

    /// <summary>Begins to record that a run begins; <see cref="AwaitBegun"/> says whether it is.</summary>
    /// <param name="ledgerFile">The ledger; null for the usual one.</param>
    /// <param name="keyFile">The key to sign with; null for the usual one.</param>
    /// <param name="words">The command.</param>
    /// <param name="recordCommand">Whether it is put into the certificate.</param>
    public static RunRecord Begin(string? ledgerFile, string? keyFile, IReadOnlyList<string> words, bool recordCommand)
    {
        string where = ledgerFile ?? StateDirectory.Ledger, keyPath = keyFile ?? StateDirectory.SigningKey;
        Workload workload = Workload.ProcessTree(words, recordCommand);
        return new RunRecord(workload, where, () =>
        {
            SigningKey key = SigningKey.OpenOrCreate(keyPath);
            try
            {
                Ledger ledger = Ledger.OpenOrCreate(where);
                return new Opened(ledger, key, keyPath, ledger.Begin(workload, RunningProcess.Current(), DateTimeOffset.UtcNow));
            }
            catch
            {
                key.Dispose();
                throw;
            }
        });
    }

    /// <summary>Waits until the record is on disk. Nothing may run before.</summary>
    /// <param name="notice">Gets sentences for the user.</param>
    /// <exception cref="EvidenceException">Ledger or key cannot be used.</exception>
    public void AwaitBegun(Action<string> notice)
    {
        if (opening?.GetAwaiter().GetResult() is { Key: { IsNew: true } key, KeyPath: var path }) notice($"made a new signing key {path} (fingerprint {key.PublicKey.Id})");
    }

    /// <summary>What is to be certified.</summary>
    public EndCertificate CertificateOf(RunResult result, EffectiveState? effective) => new()
    {
        Id = Id,
        Version = LetheVersion.Text,
        Workload = workload,
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
    public void End(EndCertificate certificate)
    {
        // When it was not begun, that has been told.
        if (opening is { IsCompletedSuccessfully: true }) opening.Result.Ledger.End(certificate, opening.Result.Key, DateTimeOffset.UtcNow);
    }

    /// <summary>What is to be certified when the command never ran.</summary>
    public EndCertificate CertificateOf(string failure, EffectiveState? effective) => new()
    {
        Id = Id,
        Version = LetheVersion.Text,
        Workload = workload,
        Began = asked,
        Ended = DateTimeOffset.UtcNow,
        Host = Host(effective),
        Media = [new MediumOutcome("none", null, PurgeMethod.None, 0, null, Verdict.Inconclusive, $"the command was not started: {failure}")],
        WipedBytes = 0,
        WipeMs = 0,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (opening?.GetAwaiter().GetResult() is not { } opened) return;
            opened.Ledger.Dispose();
            opened.Key.Dispose();
        }
        catch (EvidenceException)
        {
            // Told by whoever waited for it.
        }
    }

    private sealed record Opened(Ledger Ledger, SigningKey Key, string KeyPath, BegunWorkload Begun);


    private static HostState Host(EffectiveState? effective) =>
        new(KernelRelease.OfThisMachine(), RunningProcess.BootId(), effective);
}
