using Microsoft.Data.Sqlite;

namespace Lethe.Evidence.Certificates;

/// <summary>How a ledger file is opened, and what SQLite's refusals mean.</summary>
internal static class LedgerConnection
{
    private const int WaitForOthersSeconds = 10;

    // sqlite3.h: SQLITE_LIMIT_LENGTH, and result codes.
    private const int LengthLimit = 0;
    private const int SQLITE_PERM = 3,
        SQLITE_BUSY = 5,
        SQLITE_READONLY = 8,
        SQLITE_CORRUPT = 11,
        SQLITE_FULL = 13,
        SQLITE_CANTOPEN = 14,
        SQLITE_NOTADB = 26;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Whether records are to be added; otherwise the file is only read, and must exist.</param>
    public static SqliteConnection Open(string path, bool write)
    {
        OpenSslLibrary.Require();
        SqliteConnection connection = Make(new SqliteConnectionStringBuilder
        {
            DataSource = Path.GetFullPath(path),
            Mode = write ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = WaitForOthersSeconds,
        }.ToString());
        try
        {
            connection.Open();
            SQLitePCL.raw.sqlite3_limit(connection.Handle, LengthLimit, 2 * CertificateJson.LongestDocument);
            using SqliteCommand command = connection.CreateCommand();
            // The file may come from anywhere, and is one file at any time: no write-ahead log beside it.
            command.CommandText = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
                + (write ? "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;" : "PRAGMA query_only = ON;");
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteConnection Make(string settings)
    {
        try
        {
            return new SqliteConnection(settings);
        }
        catch (TypeInitializationException)
        {
            throw new EvidenceException(
                "the ledger needs SQLite, which cannot be loaded here",
                "see whether files may grow (ulimit -f) and memfds be executed (vm.memfd_noexec), or use --no-certificate",
                ExitCode.Configuration);
        }
    }

    /// <summary>What a refusal means for the user.</summary>
    public static EvidenceException Explain(SqliteException failure, string path) => failure.SqliteErrorCode switch
    {
        SQLITE_CORRUPT or SQLITE_NOTADB => Tampered(path, "it is damaged, or no SQLite file"),
        SQLITE_FULL => new EvidenceException(
            $"the ledger {path} cannot be written: the disk is full",
            "make room, or name another file with --ledger",
            ExitCode.OperationalError
        ),
        SQLITE_READONLY or SQLITE_PERM => new EvidenceException(
            $"the ledger {path} cannot be written: no permission",
            "name another file with --ledger",
            ExitCode.Permission
        ),
        SQLITE_CANTOPEN => new EvidenceException(
            $"the ledger {path} cannot be opened",
            "see that the directory is there and is yours, or name another file with --ledger",
            ExitCode.OperationalError
        ),
        SQLITE_BUSY => new EvidenceException(
            $"the ledger {path} is held by another process",
            "wait for it, or name another file with --ledger",
            ExitCode.OperationalError
        ),
        _ => new EvidenceException(
            $"the ledger {path} failed: {failure.Message}",
            "see that there is space and that the disk works, or name another file with --ledger",
            ExitCode.OperationalError
        ),
    };

    /// <summary>The file is not what a ledger is.</summary>
    public static EvidenceException Tampered(string path, string why) =>
        new(
            $"{path} is no intact ledger: {why}",
            "keep it as evidence, and name another file with --ledger for new records",
            ExitCode.Residue
        );
}
