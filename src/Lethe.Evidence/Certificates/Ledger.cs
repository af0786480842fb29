using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Lethe.Evidence.Certificates;

/// <summary>
/// The append-only record of what began and how it ended. Each record's hash covers the one before; each certificate
/// is signed together with its place. Several processes may write at once.
/// </summary>
public sealed class Ledger : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly string path;

    /// <summary>For tests that make it fail.</summary>
    internal SqliteConnection Connection => connection;

    private Ledger(SqliteConnection connection, string path) => (this.connection, this.path) = (connection, path);

    /// <summary>Opens the ledger, or makes it, and shows that it can be written.</summary>
    /// <exception cref="EvidenceException">It cannot be, or is tampered with.</exception>
    public static Ledger OpenOrCreate(string path) => Guarded(path, () =>
    {
        string full = Path.GetFullPath(path);
        const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Directory.CreateDirectory(Path.GetDirectoryName(full)!, OnlyOwner | UnixFileMode.UserExecute);
        // What ran here is nobody else's business: the file is made before SQLite would make it for all to read.
        new FileStream(
            full,
            new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite,
                UnixCreateMode = OnlyOwner,
            }
        ).Dispose();
        SqliteConnection connection = LedgerConnection.Open(full, write: true);
        try
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            LedgerSchema.CreateWhenEmpty(connection, transaction);
            if (!LedgerSchema.IsIntact(connection, transaction))
                throw LedgerConnection.Tampered(path, "its tables or triggers are not those of a ledger");
            transaction.Commit();
            return new Ledger(connection, path);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>Records that a workload is about to start; on disk when this returns.</summary>
    /// <param name="workload">What is about to be run.</param>
    /// <param name="lethe">The process that is to end it.</param>
    /// <param name="time">Now.</param>
    /// <returns>The record, with the name that its certificate is to have.</returns>
    /// <exception cref="EvidenceException">It cannot be written.</exception>
    public BegunWorkload Begin(Workload workload, ProcessIdentity lethe, DateTimeOffset time)
    {
        OpenSslLibrary.Require();
        var begun = new BegunWorkload(Ulid.New(time), time.ToUniversalTime(), workload, lethe);
        Append(LedgerRecord.Begun, begun.Id, time, _ => CertificateJson.Write(begun));
        return begun;
    }

    /// <summary>Signs a certificate together with its place in the ledger and records it; on disk when this returns.</summary>
    /// <param name="certificate">What is certified; its place is filled in here.</param>
    /// <param name="key">The key to sign with.</param>
    /// <param name="time">Now.</param>
    /// <returns>The record; its hash is the ledger's head.</returns>
    /// <exception cref="EvidenceException">It cannot be written.</exception>
    public LedgerRecord End(EndCertificate certificate, SigningKey key, DateTimeOffset time) =>
        Append(LedgerRecord.Ended, certificate.Id, time, position =>
            Envelope.Sign(Statement.Of(certificate with { Ledger = position }), key).ToJson()
        );

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private LedgerRecord Append(string kind, string id, DateTimeOffset time, Func<LedgerPosition, byte[]> content) => Guarded(path, () =>
    {
        // Immediate: no other process gets between reading the head and writing the next record.
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        LedgerPosition position = Next(transaction);
        string text = Encoding.UTF8.GetString(content(position));
        if (text.Length > CertificateJson.LongestDocument)
            throw new EvidenceException(
                $"the certificate is longer than {ByteSize.Format(CertificateJson.LongestDocument)}",
                "run it without --record-command",
                ExitCode.OperationalError
            );
        var record = new LedgerRecord(position.Sequence, kind, id, time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), text, "");
        record = record with { Hash = record.HashAfter(position.Previous) };
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO record VALUES ($sequence, $kind, $id, $time, $content, $hash)";
        command.Parameters.AddWithValue("$sequence", record.Sequence);
        command.Parameters.AddWithValue("$kind", record.Kind);
        command.Parameters.AddWithValue("$id", record.Id);
        command.Parameters.AddWithValue("$time", record.Time);
        command.Parameters.AddWithValue("$content", record.Content);
        command.Parameters.AddWithValue("$hash", record.Hash);
        command.ExecuteNonQuery();
        transaction.Commit();
        return record;
    });

    private LedgerPosition Next(SqliteTransaction transaction)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1";
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? new LedgerPosition(reader.GetInt64(0) + 1, reader.GetString(1)) : new LedgerPosition(1, LedgerRecord.NoHash);
    }

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException failure)
        {
            throw LedgerConnection.Explain(failure, path);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new EvidenceException(
                $"the ledger cannot be written: {failure.Message}",
                "name another file with --ledger",
                ExitCode.Permission
            );
        }
        catch (IOException failure)
        {
            throw new EvidenceException(
                $"the ledger cannot be written: {failure.Message}",
                "see that there is space, or name another file with --ledger",
                ExitCode.OperationalError
            );
        }
    }
}
