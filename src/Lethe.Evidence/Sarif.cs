using System.Text.Json;

namespace Lethe.Evidence;

/// <summary>The frame of a SARIF 2.1.0 document (OASIS) with one run, and the pieces that all of them have.</summary>
internal static class Sarif
{
    /// <summary>The most results; tools that take SARIF take no more of a run, and the JSON has them all.</summary>
    public const int MostResults = 25_000;

    /// <summary>Writes a document, ending with a newline.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="writeRun">Writes what is in the run.</param>
    public static void Write(Stream stream, Action<Utf8JsonWriter> writeRun)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            writeRun(json);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>Begins the tool; its rules are to follow.</summary>
    public static void BeginDriver(Utf8JsonWriter json, string version)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "lethe");
        if (version.Length > 0) json.WriteString("version", Printable.Of(version));
    }

    /// <summary>Ends the tool.</summary>
    public static void EndDriver(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Begins the invocation; its notifications are to follow.</summary>
    public static void BeginInvocation(Utf8JsonWriter json, DateTimeOffset began, long durationMs, bool successful)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteString("startTimeUtc", began.UtcDateTime);
        if (durationMs >= 0 && durationMs <= (DateTime.MaxValue - began.UtcDateTime).TotalMilliseconds)
            json.WriteString("endTimeUtc", began.UtcDateTime.AddMilliseconds(durationMs));
        json.WriteBoolean("executionSuccessful", successful);
        json.WriteStartArray("toolExecutionNotifications");
    }

    /// <summary>Ends the invocation.</summary>
    public static void EndInvocation(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Something that went wrong on the way.</summary>
    public static void WriteNotification(Utf8JsonWriter json, string level, string text)
    {
        json.WriteStartObject();
        json.WriteString("level", level);
        WriteMessage(json, "message", text);
        json.WriteEndObject();
    }

    /// <summary>A text, which is always an object of its own.</summary>
    public static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    /// <summary>A file's URI (RFC 3986).</summary>
    /// <param name="path">The path; untrusted.</param>
    public static string FileUri(string path) => path.StartsWith('/') ? $"file://{RelativeUri(path)}" : RelativeUri(path);

    /// <summary>A path with everything unusual in it percent-encoded.</summary>
    /// <param name="path">The path; untrusted.</param>
    public static string RelativeUri(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
