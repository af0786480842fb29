using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Lethe.Evidence.Scan;

/// <summary>Reads a JSON document item by item out of a stream, so that a document may be larger than the memory it is read in.</summary>
/// <param name="stream">The document.</param>
/// <param name="longestDocument">Bytes; more is refused.</param>
internal sealed class JsonItems(Stream stream, long longestDocument)
{
    private const int FewestBytes = 512, FirstBytes = 64 << 10;
    private byte[] buffer = new byte[
        stream.CanSeek ? Math.Clamp(stream.Length - stream.Position + 1, FewestBytes, FirstBytes) : FirstBytes
    ];
    private int start, end;
    private long taken;
    private bool last;
    private JsonReaderState state = new(new JsonReaderOptions { MaxDepth = 32 });

    /// <summary>The next token, without its value.</summary>
    /// <exception cref="JsonException">The document ends too early or is no JSON.</exception>
    public JsonTokenType Next() => Token(keepText: false).Type;

    /// <summary>The next property's name, or null where the object ends.</summary>
    /// <exception cref="JsonException">Likewise.</exception>
    public string? NextProperty() => Token(keepText: true) is { Type: JsonTokenType.PropertyName } token ? token.Text : null;

    /// <summary>Whether an array has another item; if not, its end has been read.</summary>
    /// <exception cref="JsonException">Likewise.</exception>
    public bool HasItem()
    {
        while (true)
        {
            Utf8JsonReader reader = Reader();
            if (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.EndArray) return true;
                Accept(ref reader);
                return false;
            }

            Fill(FirstBytes);
        }
    }

    /// <summary>The next value, whole.</summary>
    /// <param name="type">What it is read as.</param>
    /// <param name="longest">Bytes; a longer value is refused.</param>
    /// <exception cref="JsonException">It is not of that type, longer, or the document is none.</exception>
    public T Value<T>(JsonTypeInfo<T> type, int longest)
    {
        while (true)
        {
            Utf8JsonReader whole = Reader();
            if (whole.Read() && whole.TrySkip())
            {
                Utf8JsonReader reader = Reader();
                reader.Read();
                T value = JsonSerializer.Deserialize(ref reader, type) ?? throw new JsonException("a value is null");
                Accept(ref reader);
                return value;
            }

            Fill(longest);
        }
    }

    /// <summary>Passes over the next value, however long it is; only a single string is bounded.</summary>
    /// <exception cref="JsonException">The document ends too early or is no JSON.</exception>
    public void Skip()
    {
        int depth = 0;
        do
        {
            JsonTokenType type = Next();
            if (type is JsonTokenType.StartObject or JsonTokenType.StartArray) depth++;
            else if (type is JsonTokenType.EndObject or JsonTokenType.EndArray) depth--;
        }
        while (depth > 0);
    }

    /// <summary>Makes sure that nothing follows.</summary>
    /// <exception cref="JsonException">Something does.</exception>
    public void End()
    {
        while (true)
        {
            Utf8JsonReader reader = Reader();
            if (reader.Read()) throw new JsonException("something follows its end");
            Accept(ref reader);
            if (last) return;
            Fill(FirstBytes);
        }
    }

    private (JsonTokenType Type, string? Text) Token(bool keepText)
    {
        while (true)
        {
            Utf8JsonReader reader = Reader();
            if (reader.Read())
            {
                string? text = keepText && reader.TokenType == JsonTokenType.PropertyName ? Name(ref reader) : null;
                Accept(ref reader);
                return (reader.TokenType, text);
            }

            Fill(ScanJsonReader.LongestValue);
        }
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("a field's name is no text");
        }
    }

    private Utf8JsonReader Reader() => new(buffer.AsSpan(start, end - start), last, state);

    private void Accept(ref Utf8JsonReader reader)
    {
        start += (int)reader.BytesConsumed;
        state = reader.CurrentState;
    }

    private void Fill(int longest)
    {
        if (last) throw new JsonException("it ends too early");
        if (end - start > longest) throw new JsonException($"it has a value longer than {ByteSize.Format(longest)}");
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        else if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);

        int read = stream.Read(buffer, end, buffer.Length - end);
        last = read == 0;
        end += read;
        taken += read;
        if (taken > longestDocument) throw new JsonException($"it is longer than {ByteSize.Format(longestDocument)}");
    }
}
