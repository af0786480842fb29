using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lethe.Evidence.Scan;

/// <summary>Writes and reads what a scan found as JSON (docs/schemas/lethe.scan.1.json). Each hit is a line of its own.</summary>
public static class ScanJson
{
    /// <summary>The schema's name, the first field of a report.</summary>
    public const string SchemaName = "lethe.scan/1";

    private const int FlushBytes = 64 << 10;

    /// <summary>The document, ending with a newline; for reports that are known to be small.</summary>
    public static string Write(ScanReport report)
    {
        using var stream = new MemoryStream();
        Write(report, stream);
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Writes the document, ending with a newline, holding no more than one hit and 64 KiB of text at a time.</summary>
    public static void Write(ScanReport report, Stream stream)
    {
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("schema", SchemaName);
            json.WriteString("version", report.Version);
            json.WriteString("began", report.Began);
            json.WriteNumber("durationMs", report.DurationMs);
            json.WriteString("verdict", report.Verdict().Word());
            var lines = new Lines(json);
            lines.Write("sources", report.Sources, ScanJsonContext.Default.ScannedSource);
            lines.Write("patterns", report.Patterns, ScanJsonContext.Default.ScannedPattern);
            lines.Write("summary", report.Summary, ScanJsonContext.Default.ScanSummary);
            lines.Write("unread", report.Unread, ScanJsonContext.Default.UnreadRange);
            json.WriteNumber("hitsNotListed", report.HitsNotListed);
            lines.Write("hits", report.Hits, ScanJsonContext.Default.ScanHit);
            lines.Write("maps", report.Maps, ScanJsonContext.Default.PageMap);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>Reads a report. Fields it does not know are passed over; the file may be hostile.</summary>
    /// <param name="stream">The document, read once from where it stands.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="EvidenceException">It is no such report, or longer than any is.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static ScanReport Read(Stream stream, string name)
    {
        try
        {
            return new ScanJsonReader(stream).Read();
        }
        catch (JsonException failure)
        {
            throw new EvidenceException(
                $"{Printable.Of(name)} is no report of lethe scan: {Printable.Of(failure.Message)}",
                "give a file that lethe scan --report FILE.json wrote",
                ExitCode.OperationalError
            );
        }
    }

    /// <summary>Writes the items of an array, each on its own line.</summary>
    private sealed class Lines(Utf8JsonWriter document)
    {
        private readonly ArrayBufferWriter<byte> line = new();

        public void Write<T>(string name, IReadOnlyList<T> items, JsonTypeInfo<T> type)
        {
            using var json = new Utf8JsonWriter(line);
            document.WriteStartArray(name);
            foreach (T item in items)
            {
                line.ResetWrittenCount();
                line.Write("\n"u8);
                JsonSerializer.Serialize(json, item, type);
                json.Reset();
                document.WriteRawValue(line.WrittenSpan, skipInputValidation: true);
                if (document.BytesPending > FlushBytes) document.Flush();
            }

            document.WriteEndArray();
        }
    }
}
