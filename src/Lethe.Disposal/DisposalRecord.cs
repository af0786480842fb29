using Lethe.Disposal.Workloads;
using Lethe.Evidence.Certificates;
using Lethe.Evidence;

namespace Lethe.Disposal;

/// <summary>
/// A workload's entry in a ledger: begun before it starts, so that one that nobody ended is known. Ledger and key are opened by another
/// thread meanwhile, as that takes about as long as sealing.
/// </summary>
public sealed class DisposalRecord : IDisposable
{
    private readonly Task<Opened>? opening;

    private DisposalRecord(string? where, Func<Opened>? open)
    {
        Where = where;
        opening = open is null ? null : Task.Run(open);
    }

    /// <summary>When the workload was asked for, UTC.</summary>
    public DateTimeOffset Asked { get; } = DateTimeOffset.UtcNow;

    /// <summary>
    /// Names what is made on this machine for it (control group, scratch device). Needs no random numbers, and so no OpenSSL.
    /// </summary>
    public string Name => $"{Asked.ToUnixTimeMilliseconds():x}{Environment.ProcessId:x}";

    /// <summary>Names the certificate; waits until the beginning is on record, if it can be.</summary>
    public string Id => Begun?.Begun.Id ?? Name;

    /// <summary>The ledger's file; null when nothing is recorded.</summary>
    public string? Where { get; }

    /// <summary>No record is kept.</summary>
    public static DisposalRecord None() => new(null, null);

    /// <summary>Begins to record that a workload begins; <see cref="AwaitBegun"/> says whether it is.</summary>
    /// <param name="ledgerFile">The ledger; null for the usual one.</param>
    /// <param name="keyFile">The key to sign with; null for the usual one.</param>
    /// <param name="workload">What it is.</param>
    public static DisposalRecord Begin(string? ledgerFile, string? keyFile, IWorkload workload)
    {
        string where = ledgerFile ?? StateDirectory.Ledger, keyPath = keyFile ?? StateDirectory.SigningKey;
        return new DisposalRecord(where, () =>
        {
            SigningKey key = SigningKey.OpenOrCreate(keyPath);
            try
            {
                Ledger ledger = Ledger.OpenOrCreate(where);
                return new Opened(ledger, key, keyPath, ledger.Begin(workload.Identity, RunningProcess.Current(), DateTimeOffset.UtcNow));
            }
            catch
            {
                key.Dispose();
                throw;
            }
        });
    }

    /// <summary>Waits until the beginning is on disk. Nothing may run before.</summary>
    /// <param name="notice">Gets sentences for the user.</param>
    /// <exception cref="EvidenceException">Ledger or key cannot be used.</exception>
    internal void AwaitBegun(Action<string> notice)
    {
        if (opening?.GetAwaiter().GetResult() is { Key: { IsNew: true } key, KeyPath: var path }) notice($"made a new signing key {path} "
            + $"(fingerprint {key.PublicKey.Id})");
    }

    /// <summary>Signs the end and puts it into the ledger, if there is one.</summary>
    /// <returns>Whether that was possible. What was not is told: the workload's own end must not get lost over it.</returns>
    internal bool TryEnd(EndCertificate certificate, Action<string> notice)
    {
        // When it was not begun, that has been told.
        if (Begun is not { } begun) return true;
        try
        {
            begun.Ledger.End(certificate, begun.Key, DateTimeOffset.UtcNow);
            return true;
        }
        catch (Exception failure) when (failure is EvidenceException or IOException or UnauthorizedAccessException)
        {
            notice($"the end could not be recorded: {failure.Message}");
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Begun?.Ledger.Dispose();
        Begun?.Key.Dispose();
    }

    // Null when nothing is recorded, or could not be: whoever awaited it has told that. A workload that cannot be started is known to be
    // one before the ledger is open, and has to be ended there all the same.
    private Opened? Begun
    {
        get
        {
            try
            {
                return opening?.GetAwaiter().GetResult();
            }
            catch (Exception failure) when (failure is EvidenceException or IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    private sealed record Opened(Ledger Ledger, SigningKey Key, string KeyPath, BegunWorkload Begun);
}
