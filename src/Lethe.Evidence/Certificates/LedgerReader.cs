using Microsoft.Data.Sqlite;

namespace Lethe.Evidence.Certificates;

/// <summary>Reads a ledger file, this machine's or a copy from another; never writes to it.</summary>
internal sealed class LedgerReader : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly string path;

    private LedgerReader(SqliteConnection connection, string path) => (this.connection, this.path) = (connection, path);

    /// <summary>Whether a file is a ledger, by its first bytes.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsLedger(string path)
    {
        Span<byte> start = stackalloc byte[16];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.SequenceEqual("SQLite format 3\0"u8);
    }

    /// <summary>Opens a ledger.</summary>
    /// <exception cref="EvidenceException">There is none, or it is damaged or tampered with.</exception>
    public static LedgerReader Open(string path)
    {
        if (!File.Exists(path))
            throw new EvidenceException(
                $"there is no ledger {path}",
                "lethe run makes one; --ledger names another",
                ExitCode.OperationalError
            );
        try
        {
            SqliteConnection connection = LedgerConnection.Open(path, write: false);
            try
            {
                if (LedgerSchema.IsIntact(connection, null)) return new LedgerReader(connection, path);
            }
            catch
            {
                connection.Dispose();
                throw;
            }

            connection.Dispose();
            throw LedgerConnection.Tampered(path, "its tables or triggers are not those of a ledger");
        }
        catch (SqliteException failure)
        {
            throw LedgerConnection.Explain(failure, path);
        }
    }

    /// <summary>All records in their order, one at a time.</summary>
    /// <exception cref="EvidenceException">The file is damaged.</exception>
    public IEnumerable<LedgerRecord> Records()
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT sequence, kind, id, time, content, hash FROM record ORDER BY sequence";
        using SqliteDataReader reader = Guarded(command.ExecuteReader);
        while (Guarded(() => Next(reader)) is { } record) yield return record;
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    // A damaged file may hold any type in any column; the strict table only binds who writes through SQLite.
    private static LedgerRecord? Next(SqliteDataReader reader) => reader.Read()
        ? new LedgerRecord(Number(reader), Text(reader, 1), Text(reader, 2), Text(reader, 3), Text(reader, 4), Text(reader, 5))
        : null;

    private static long Number(SqliteDataReader reader) =>
        reader.GetValue(0) as long? ?? throw new MalformedEvidenceException("a record has no number");

    private static string Text(SqliteDataReader reader, int column) =>
        reader.GetValue(column) as string ?? throw new MalformedEvidenceException("a record holds something else than text");

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException failure)
        {
            throw LedgerConnection.Explain(failure, path);
        }
        catch (MalformedEvidenceException failure)
        {
            throw LedgerConnection.Tampered(path, failure.Message);
        }
    }
}
