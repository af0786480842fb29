using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.Keyrings;

/// <summary>The workload gets a session keyring of its own, which ends with its last process.</summary>
internal sealed class KeyringsSeal : ISeal
{
    public Medium Medium => Medium.Keyrings;

    // Kernels can be built without keyrings.
    public SealPlan Plan(SealConditions conditions) => File.Exists("/proc/keys")
        ? new SealPlan("session keyring of its own") { LaunchOrders = [new LaunchOrder.JoinNewSessionKeyring()] }
        : new SealPlan("this kernel keeps no keys");

    public SealedMedium Apply(SealPlan plan, ISealing sealing)
    {
        if (plan.LaunchOrders.Count == 0) return new Sealed(Medium, plan, _ => Outcome.Empty("none exist"));
        IReadOnlySet<int> before = Keyring.Keys();
        return new Sealed(Medium, plan, _ => Purge(before));
    }

    // Keys in the user's keyring outlive the session. New ones with a payload are the workload's, or another process's of that user.
    private static Outcome Purge(IReadOnlySet<int> before)
    {
        int left = Keyring.Keys().Count(key => !before.Contains(key));
        return left == 0
            ? Outcome.Empty("no key of type user or logon appeared that is still there")
            : Outcome.Open($"{left} new keys are in keyrings of users (see /proc/keys)");
    }
}
