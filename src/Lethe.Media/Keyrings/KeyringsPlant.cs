using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.Keyrings;

/// <summary>Keys in the kernel's keyrings.</summary>
internal sealed class KeyringsPlant : IPlant
{
    // The largest multiple of 64 bytes, and so of the canary's word size, below the longest payload.
    private const int KeyLength = Keyring.LongestPayload & ~63;

    public Medium Medium => Medium.Keyrings;

    public IEnumerable<Route> Routes() => [new ProcessKeyring(), new Revoked()];

    private abstract class KeyRoute(string way, string meaning, int keyring) : Route(way, meaning)
    {
        protected List<int> Keys { get; } = [];

        // Root may hold 25 MB of keys (security/keys/key.c).
        public override long MostBytes => 16L << 20;

        public override long Plant(Planting planting) =>
            planting.Pour(piece => Keys.Add(Keyring.Add($"workload:{Keys.Count}", piece, keyring)), KeyLength);
    }

    private sealed class ProcessKeyring()
        : KeyRoute("process-keyring", "a process exits with keys in its keyring", Keyring.KEY_SPEC_PROCESS_KEYRING)
    {
        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }

    private sealed class Revoked() : KeyRoute("revoked", "keys in the user's keyring are revoked", Keyring.KEY_SPEC_USER_KEYRING)
    {
        public override string? WhenProtected => "then the process exits";

        public override void EndInWorkload()
        {
            foreach (int key in Keys) Keyring.Revoke(key);
        }

        public override void End(IKeeper keeper)
        {
            if (Protected) keeper.LetWorkloadExit();
        }
    }
}
