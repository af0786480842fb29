using System.Globalization;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.Keyrings;

/// <summary>How long the kernel keeps keys that nobody uses (Documentation/security/keys/core.rst, persistent-keyring(7)).</summary>
internal sealed class KeyringsAudit : IAudit
{
    private const string Delay = "kernel.keys.gc_delay", Persistent = "kernel.keys.persistent_keyring_expiry";

    // In seconds: enough to log out and in again, and enough for a job that takes a day.
    private const long LongestDelay = 60, LongestExpiry = 24 * 60 * 60;

    public Medium Medium => Medium.Keyrings;

    public IReadOnlyList<string> Wants => SystemSettings.Wants(Delay, Persistent);

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("keyring/collected-soon", Severity.Low, "expired keys are collected soon",
            "An expired key can no longer be used, but its content stays in memory until the kernel collects it, kernel.keys.gc_delay "
                + "seconds later.",
            facts => AtMost(facts, Delay, LongestDelay, "expired keys stay in memory")
        )
        {
            Routes = ["keyring/process-keyring", "keyring/revoked"],
            References = ["NIST SP 800-53 SI-12(3)", "Common Criteria FCS_CKM.4"],
        },
        new("keyring/persistent-expires", Severity.Low, "persistent keyrings expire within a day",
            "A user's persistent keyring, where Kerberos keeps its tickets, outlives all sessions by "
                + "kernel.keys.persistent_keyring_expiry seconds.",
            facts => AtMost(facts, Persistent, LongestExpiry, "persistent keyrings outlive their users' sessions")
        )
        {
            References = ["NIST SP 800-53 SI-12(3)", "Common Criteria FCS_CKM.4"],
        },
    ];

    private static IEnumerable<Judgement> AtMost(HostFacts facts, string name, long most, string what)
    {
        Setting setting = SystemSettings.Read(facts, name);
        if (setting.Problem is not null) yield return Judgement.Unknown($"needs {name}: {setting.Problem}");
        else if (setting.Value is null) yield break;
        else if (!long.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
            yield return Judgement.Unknown($"needs {name} as a number", setting.Evidence);
        else if (seconds <= most) yield return Judgement.Closed($"{name} is {seconds} seconds", setting.Evidence);
        else
            yield return Judgement
                .Open($"{what} for {seconds} seconds", setting.Evidence)
                .RepairedBy(new SystemSetting(name, most.ToString(CultureInfo.InvariantCulture)));
    }
}
