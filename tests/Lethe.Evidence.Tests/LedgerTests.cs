using FsCheck;
using FsCheck.Fluent;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Microsoft.Data.Sqlite;

namespace Lethe.Tests.Evidence;

public sealed class LedgerTests : IDisposable
{
    private readonly SampleCertificate.Place place = new();
    private readonly SigningKey key;

    public LedgerTests() => key = SigningKey.OpenOrCreate(place.File("key.pem"));

    public void Dispose()
    {
        key.Dispose();
        place.Dispose();
    }

    [Fact]
    public void An_untouched_ledger_is_intact()
    {
        LedgerRecord[] records = Read(place.LedgerWith(3, key));
        LedgerCheck check = Verify(records);
        Assert.Empty(check.Problems);
        Assert.Equal((7, 3, records[^1].Hash), (check.Records, check.Certificates, check.Head));
        // What anybody who noted the head at any time may ask.
        Assert.All(records, record => Assert.True(LedgerVerifier.Verify(records, [key.PublicKey], record.Hash).IsIntact));
    }

    [Fact]
    public void A_changed_byte_in_any_record_is_detected()
    {
        LedgerRecord[] records = Read(place.LedgerWith(4, key));
        Prop.ForAll<(NonNegativeInt Record, NonNegativeInt Field, NonNegativeInt Position, PositiveInt Change)>(choice =>
        {
            LedgerRecord[] changed = [.. records];
            int index = choice.Record.Get % records.Length;
            changed[index] = Change(records[index], choice.Field.Get % 6, choice.Position.Get, (char)(1 + (choice.Change.Get % 127)));
            return !Verify(changed).IsIntact;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(3000)));
    }

    [Fact]
    public void A_removed_record_is_detected_and_at_the_end_with_the_head()
    {
        LedgerRecord[] records = Read(place.LedgerWith(4, key));
        for (int index = 0; index < records.Length; index++)
        {
            LedgerRecord[] rest = [.. records[..index], .. records[(index + 1)..]];
            Assert.False(LedgerVerifier.Verify(rest, [key.PublicKey], records[^1].Hash).IsIntact);
            // The last is missed only by who noted the head: the documentation says so.
            Assert.Equal(index == records.Length - 1, Verify(rest).IsIntact);
        }
    }

    [Fact]
    public void Records_in_another_order_are_detected()
    {
        LedgerRecord[] records = Read(place.LedgerWith(4, key));
        for (int left = 0; left < records.Length; left++)
        {
            for (int right = left + 1; right < records.Length; right++)
            {
                LedgerRecord[] swapped = [.. records];
                (swapped[left], swapped[right]) = (records[right], records[left]);
                Assert.False(Verify(swapped).IsIntact);
                // Also when they take each other's number.
                swapped[left] = swapped[left] with { Sequence = left + 1 };
                swapped[right] = swapped[right] with { Sequence = right + 1 };
                Assert.False(Verify(swapped).IsIntact);
            }
        }
    }

    /// <summary>Someone without the key who computes every hash anew: only the signatures stop this.</summary>
    [Fact]
    public void A_rewritten_chain_is_detected_by_its_signatures()
    {
        LedgerRecord[] records = Read(place.LedgerWith(4, key));
        for (int index = 0; index < records.Length - 2; index++)
        {
            LedgerRecord[] rewritten = Rehash([.. records[..index], .. records[(index + 1)..]]);
            Assert.False(Verify(rewritten).IsIntact);
            rewritten = Rehash([
                .. records.Select((record, at) => at == index ? record with { Time = "2020-01-01T00:00:00.0000000Z" } : record),
            ]);
            Assert.False(Verify(rewritten).IsIntact);
        }

        using SigningKey other = SigningKey.OpenOrCreate(place.File("other.pem"));
        Assert.False(LedgerVerifier.Verify(records, [other.PublicKey]).IsIntact);
        Assert.True(LedgerVerifier.Verify(records, [other.PublicKey, key.PublicKey]).IsIntact);
    }

    /// <summary>Not every byte of an SQLite file means something; but what is read is as it was, or the change is noticed.</summary>
    [Fact]
    public void No_flipped_byte_of_the_file_changes_a_record_unnoticed()
    {
        string path = place.LedgerWith(4, key);
        LedgerRecord[] original = Read(path);
        byte[] file = File.ReadAllBytes(path);
        string copy = place.File("copy.sqlite");
        var random = new Random(20261122);
        int noticed = 0;
        for (int test = 0; test < 3000; test++)
        {
            byte[] changed = (byte[])file.Clone();
            changed[random.Next(file.Length)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(copy, changed);
            try
            {
                LedgerRecord[] records = Read(copy);
                if (Verify(records).IsIntact) Assert.Equal(original, records);
                else noticed++;
            }
            catch (EvidenceException)
            {
                noticed++;
            }
        }

        Assert.True(noticed > 500, $"only {noticed} were noticed");
    }

    [Theory]
    [InlineData("UPDATE record SET content = 'x'")]
    [InlineData("DELETE FROM record")]
    [InlineData("INSERT INTO record VALUES (99, 'begun', 'x', 'x', 'x', 'x')")]
    [InlineData("INSERT OR REPLACE INTO record SELECT sequence, kind, 'x', time, content, hash FROM record WHERE sequence = 1")]
    [InlineData("INSERT INTO record VALUES (0, 'begun', 'x', 'x', 'x', 'x')")]
    public void The_file_itself_takes_nothing_but_the_next_record(string statement)
    {
        string path = place.LedgerWith(2, key);
        Assert.Contains("append-only", Assert.Throws<SqliteException>(() => Execute(path, statement)).Message);
        Assert.True(Verify(Read(path)).IsIntact);
    }

    [Theory]
    [InlineData("DROP TRIGGER record_kept")]
    [InlineData("CREATE VIEW another AS SELECT 1")]
    [InlineData(
        "ALTER TABLE record RENAME TO old; CREATE VIEW record AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n FROM c) SELECT n AS "
            + "sequence, 'begun' AS kind, '' AS id, '' AS time, '' AS content, '' AS hash FROM c"
    )]
    public void Another_schema_is_no_ledger(string statement)
    {
        string path = place.LedgerWith(2, key);
        Execute(path, statement);
        Assert.Equal(ExitCode.Residue, Assert.Throws<EvidenceException>(() => Read(path)).ExitCode);
        Assert.Equal(ExitCode.Residue, Assert.Throws<EvidenceException>(() => Ledger.OpenOrCreate(path).Dispose()).ExitCode);
    }

    [Fact]
    public void Many_writers_make_one_chain()
    {
        string path = place.File("shared.sqlite");
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, writer =>
        {
            using Ledger ledger = Ledger.OpenOrCreate(path);
            for (int index = 0; index < 5; index++)
                ledger.End(
                    SampleCertificate.Of(ledger.Begin(SampleCertificate.Workload, SampleCertificate.Lethe, SampleCertificate.Time)),
                    key,
                    SampleCertificate.Time
                );
        });
        LedgerCheck check = Verify(Read(path));
        Assert.Empty(check.Problems);
        Assert.Equal(80, check.Records);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void What_nobody_ended_is_known()
    {
        IReadOnlyList<LedgerEntry> entries = LedgerEntry.Of(Read(place.LedgerWith(2, key)));
        Assert.Equal([true, true, false], entries.Select(entry => entry.Certificate is not null));
        Assert.Equal(SampleCertificate.Lethe, entries[2].Begun!.Lethe);
    }

    [Fact]
    public void An_end_without_its_beginning_is_a_problem()
    {
        string path = place.File("twice.sqlite");
        using Ledger ledger = Ledger.OpenOrCreate(path);
        EndCertificate certificate = SampleCertificate.Of(
            ledger.Begin(SampleCertificate.Workload, SampleCertificate.Lethe, SampleCertificate.Time)
        );
        ledger.End(certificate, key, SampleCertificate.Time);
        ledger.End(certificate, key, SampleCertificate.Time);
        Assert.Equal(3, Assert.Single(Verify(Read(path)).Problems).Sequence);
    }

    [Fact]
    public void A_full_disk_a_directory_and_rubbish_are_said_clearly()
    {
        File.WriteAllText(place.File("rubbish"), new string('x', 8192));
        Assert.Equal(ExitCode.Residue, Assert.Throws<EvidenceException>(() => Ledger.OpenOrCreate(place.File("rubbish"))).ExitCode);
        Assert.Equal(ExitCode.Residue, Assert.Throws<EvidenceException>(() => Read(place.File("rubbish"))).ExitCode);
        Directory.CreateDirectory(place.File("directory"));
        Assert.Throws<EvidenceException>(() => Ledger.OpenOrCreate(place.File("directory")));
        Assert.Throws<EvidenceException>(() => Ledger.OpenOrCreate("/proc/ledger.sqlite"));
        Assert.Contains("full", Assert.Throws<EvidenceException>(() => FillUp(place.LedgerWith(1, key))).Message);
    }

    // SQLite's own limit gives the very error of a full disk.
    private static void FillUp(string path)
    {
        using Ledger ledger = Ledger.OpenOrCreate(path);
        using (SqliteCommand command = ledger.Connection.CreateCommand())
        {
            command.CommandText = "PRAGMA max_page_count = 4";
            command.ExecuteNonQuery();
        }

        for (int index = 0; index < 100; index++) ledger.Begin(SampleCertificate.Workload, SampleCertificate.Lethe, SampleCertificate.Time);
    }

    private LedgerCheck Verify(IEnumerable<LedgerRecord> records) => LedgerVerifier.Verify(records, [key.PublicKey]);

    private static LedgerRecord[] Read(string path)
    {
        using LedgerReader reader = LedgerReader.Open(path);
        return [.. reader.Records()];
    }

    private static LedgerRecord[] Rehash(LedgerRecord[] records)
    {
        string previous = LedgerRecord.NoHash;
        for (int index = 0; index < records.Length; index++)
        {
            records[index] = records[index] with { Sequence = index + 1 };
            records[index] = records[index] with { Hash = previous = records[index].HashAfter(previous) };
        }

        return records;
    }

    private static LedgerRecord Change(LedgerRecord record, int field, int position, char change) => field switch
    {
        0 => record with { Sequence = record.Sequence ^ change },
        1 => record with { Kind = Change(record.Kind, position, change) },
        2 => record with { Id = Change(record.Id, position, change) },
        3 => record with { Time = Change(record.Time, position, change) },
        4 => record with { Content = Change(record.Content, position, change) },
        _ => record with { Hash = Change(record.Hash, position, change) },
    };

    private static string Change(string text, int position, char change)
    {
        char[] letters = text.ToCharArray();
        letters[position % letters.Length] ^= change;
        return new string(letters);
    }

    private static void Execute(string path, string statement)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
