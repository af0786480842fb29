using Microsoft.Data.Sqlite;

namespace Lethe.Evidence.Certificates;

/// <summary>What a ledger file consists of: one table, and triggers that let nothing but the next record in.</summary>
internal static class LedgerSchema
{
    // Marks the file as Lethe's: "Leth" (sqlite.org/pragma.html#pragma_application_id).
    private const int ApplicationId = 0x4c657468;
    private const int Version = 1;

    // SQLite keeps these texts as they are; a ledger whose texts differ was tampered with.
    private static readonly string[] Statements =
    [
        """
        CREATE TABLE record (
            sequence INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            time TEXT NOT NULL,
            content TEXT NOT NULL CHECK (length(content) <= 1048576),
            hash TEXT NOT NULL
        ) STRICT
        """,
        "CREATE TRIGGER record_unchanged BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
        "CREATE TRIGGER record_kept BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
        """
        CREATE TRIGGER record_appended BEFORE INSERT ON record
        WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM record)
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
        """,
    ];

    /// <summary>Makes an empty ledger of an empty file; call it inside a transaction.</summary>
    public static void CreateWhenEmpty(SqliteConnection connection, SqliteTransaction transaction)
    {
        if (Texts(connection, transaction).Count > 0) return;
        foreach (
            string statement in (string[])[.. Statements, $"PRAGMA application_id = {ApplicationId}", $"PRAGMA user_version = {Version}"]
        )
        {
            using SqliteCommand command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>
    /// Whether the file has exactly this schema. Asked before anything else is read: a view or another table of the
    /// same name could make reading run for ever.
    /// </summary>
    public static bool IsIntact(SqliteConnection connection, SqliteTransaction? transaction) =>
        Texts(connection, transaction).SequenceEqual(Statements);

    private static List<string?> Texts(SqliteConnection connection, SqliteTransaction? transaction)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT sql FROM sqlite_schema ORDER BY rowid LIMIT 16";
        using SqliteDataReader reader = command.ExecuteReader();
        var texts = new List<string?>();
        while (reader.Read()) texts.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        return texts;
    }
}
