using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>The JSON file of a Google Cloud service account. The private key in it is also found by itself.</summary>
internal sealed class ServiceAccounts : ISecretFamily
{
    private const int Most = 4000;

    public IReadOnlyList<Pattern> Patterns { get; } = [new("secret", "google-service-account", 0)];

    public IReadOnlyList<byte[]> Anchors { get; } = ["\"service_account\""u8.ToArray()];

    public bool IsText => true;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        int open = window[Math.Max(0, at - 64)..at].LastIndexOf((byte)'{');
        if (open < 0) return;
        int start = Math.Max(0, at - 64) + open;
        ReadOnlySpan<byte> account = window.Slice(start, Math.Min(Most, window.Length - start));
        int key = account.IndexOf("\"private_key\""u8);
        if (key < 0 || account[key..].IndexOf("-----BEGIN "u8) is < 0 or > 32) return;
        int end = account.IndexOf((byte)'}');
        bool whole = end > key && account.IndexOf("\"client_email\""u8) >= 0;
        sink.Add(0, start, whole ? end + 1 : account.Length, whole ? 90 : 60);
    }
}
