using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.Keyrings;

/// <summary>The workload gets a session keyring of its own, which goes with its last process.</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("keyring", "keyrings");

    public SealedMedium Apply(ISealing sealing)
    {
        // Not there, then nothing to seal: kernels can be built without keys.
        if (!File.Exists("/proc/keys")) return new Sealed(Medium, "this kernel keeps no keys", null, _ => Outcome.Empty("none exist"));
        IReadOnlySet<int> before = Keyring.Keys();
        sealing.Launch(LaunchStep.NewSessionKeyring);
        return new Sealed(Medium, "session keyring of its own", null, _ => Purge(before));
    }

    // Keys in the user's keyring outlive the session: those that appeared meanwhile and carry data are the workload's or a neighbour's.
    private static Outcome Purge(IReadOnlySet<int> before)
    {
        int left = Keyring.Keys().Count(key => !before.Contains(key));
        return left == 0
            ? Outcome.Empty("no key of type user or logon appeared that is still there")
            : Outcome.Open($"{left} new keys are in keyrings of users (see /proc/keys)");
    }
}
