using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Keys of OpenAI: <c>sk-</c>, letters, and in the middle of them the base 64 of "OpenAI".</summary>
internal sealed class OpenAiKeys : ISecretFamily
{
    private const int Most = 200;

    public IReadOnlyList<Pattern> Patterns { get; } = [new("secret", "openai-key", 0)];

    public IReadOnlyList<byte[]> Anchors { get; } = ["T3BlbkFJ"u8.ToArray()];

    public bool IsText => true;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        int start = at - Letters.RunBefore(window[..at], Letters.Base64Url, Most),
            end = at + Letters.Run(window[at..], Letters.Base64Url, Most);
        ReadOnlySpan<byte> key = window[start..end];
        if (key.StartsWith("sk-"u8) && at - start >= 20 && end - at >= 28 && Letters.Entropy(key) >= 3.5)
            sink.Add(0, start, key.Length, 90);
    }
}
