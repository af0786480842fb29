using System.Globalization;
using System.Text;

namespace Lethe.Evidence.Certificates;

/// <summary>
/// The bytes that a DSSE signature covers (github.com/secure-systems-lab/dsse, protocol.md): type and body, each with its length.
/// </summary>
internal static class PreAuthenticationEncoding
{
    /// <summary>Those bytes.</summary>
    /// <param name="payloadType">What kind of document it is.</param>
    /// <param name="payload">The document, byte for byte.</param>
    public static byte[] Of(string payloadType, ReadOnlySpan<byte> payload)
    {
        byte[] type = Encoding.UTF8.GetBytes(payloadType);
        return
        [
            .. "DSSEv1 "u8, .. Decimal(type.Length), (byte)' ', .. type, (byte)' ', .. Decimal(payload.Length), (byte)' ', .. payload,
        ];
    }

    private static byte[] Decimal(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
