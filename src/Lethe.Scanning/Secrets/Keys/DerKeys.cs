using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Private keys in DER, as programs read them from files and pass them on (<see cref="DerPrivateKey"/>).</summary>
internal sealed class DerKeys : ISecretFamily
{
    private static readonly string[] Ids =
    [
        "rsa-private-key-der",
        "ec-private-key-der",
        "private-key-pkcs8",
        "encrypted-private-key-pkcs8",
    ];

    public IReadOnlyList<Pattern> Patterns { get; } = [.. Ids.Select(id => new Pattern("secret", id, 0))];

    // The version and the tag of the next element. For encrypted keys, the identifiers of their algorithms.
    public IReadOnlyList<byte[]> Anchors { get; } =
    [
        [0x02, 0x01, 0x00, 0x02], [0x02, 0x01, 0x01, 0x02], [0x02, 0x01, 0x00, 0x30], [0x02, 0x01, 0x01, 0x30], [0x02, 0x01, 0x01, 0x04],
        [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05], [0x06, 0x0a, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01],
    ];

    public bool IsText => false;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        for (int header = 2; header <= 4; header++)
        {
            int start = at - header;
            if (start < 0 || !BeginsBefore(window[start..], header)) continue;
            if (anchor < 5) Try(window, start, sink);
            else
            {
                // The algorithm is the first element of the key.
                for (int outer = 2; outer <= 4; outer++)
                {
                    if (start >= outer && BeginsBefore(window[(start - outer)..], outer)) Try(window, start - outer, sink);
                }
            }
        }
    }

    private static bool BeginsBefore(ReadOnlySpan<byte> bytes, int header) =>
        DerReader.TryReadHeader(bytes, DerReader.Sequence, out int actual, out _) && actual == header;

    private static void Try(ReadOnlySpan<byte> window, int start, SecretSink sink)
    {
        if (DerPrivateKey.TryRead(window[start..], out DerPrivateKey key)) sink.Add((int)key.Kind, start, key.Length, key.Confidence);
    }
}
