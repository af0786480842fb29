using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lethe.Evidence.Scan;

/// <summary>Addresses in JSON are hexadecimal strings, <c>"0x1f3a2040"</c>: many readers of JSON keep only 53 bits of a number.</summary>
internal sealed class AddressConverter : JsonConverter<ulong?>
{
    private const int MostDigits = 16;

    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <summary>The address as text.</summary>
    public static string Format(ulong address) => $"0x{address:x}";

    /// <inheritdoc/>
    public override ulong? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (
            reader.TokenType != JsonTokenType.String
            || reader.GetString() is not { } text
            || !text.StartsWith("0x", StringComparison.Ordinal)
            || text.Length - 2 > MostDigits
            || !ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address)
        )
            throw new JsonException("an address is a hexadecimal string such as 0x1f3a2040");
        return address;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ulong? value, JsonSerializerOptions options)
    {
        if (value is { } address) writer.WriteStringValue(Format(address));
        else writer.WriteNullValue();
    }
}
