using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Tokens of Telegram bots: a number of 8 to 10 digits, a colon, 35 letters that begin with AA.</summary>
internal sealed class TelegramTokens : ISecretFamily
{
    private const int Rest = 33;

    public IReadOnlyList<Pattern> Patterns { get; } = [new("secret", "telegram-bot-token", 0)];

    public IReadOnlyList<byte[]> Anchors { get; } = [.. Letters.AllOf(Letters.Base64Url).Select(letter => (byte[])[.. ":AA"u8, letter])];

    public bool IsText => true;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        int digits = Letters.RunBefore(window[..at], Letters.Digits, 11),
            rest = Letters.Run(window[(at + 3)..], Letters.Base64Url, Rest + 1);
        if (digits is < 8 or > 10 || rest != Rest || Letters.Entropy(window.Slice(at + 3, Rest)) < 3.5) return;
        sink.Add(0, at - digits, digits + 3 + Rest, 80);
    }
}
