using System.Globalization;
using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.Swap;

/// <summary>Processes that hold unlocked keys, and whether they can be swapped out now.</summary>
internal static class SecretHolders
{
    private const string System = "etc/systemd/system/", User = "etc/systemd/user/";

    // Their names in the kernel, which cuts them after 15 characters, and the systemd unit that starts them.
    private static readonly (string Name, string? Unit)[] Programs =
    [
        ("ssh-agent", User + "ssh-agent.service"),
        ("gcr-ssh-agent", User + "gcr-ssh-agent.service"),
        ("gpg-agent", User + "gpg-agent.service"),
        ("scdaemon", User + "gpg-agent.service"),
        ("gnome-keyring-d", User + "gnome-keyring-daemon.service"),
        ("kwalletd5", null),
        ("kwalletd6", null),
        ("ksecretd", null),
        ("keepassxc", null),
        ("1password", null),
        ("bitwarden", null),
        ("vault", System + "vault.service"),
        ("bao", System + "openbao.service"),
        ("sshd", System + "ssh.service"),
        ("sssd_kcm", System + "sssd-kcm.service"),
        ("krb5kdc", System + "krb5-kdc.service"),
        ("charon-systemd", System + "strongswan.service"),
    ];

    public static IReadOnlyList<string> Wants { get; } = [.. Programs.Select(program => Pattern(program.Name))];

    public static Rule Rule { get; } = new("swap/holders-of-secrets", Severity.Medium, "processes with unlocked keys are not swapped out",
        "Agents and key servers keep secrets unlocked in their memory for days. Once swapped out, these stay in the area when the process "
            + "has long ended.",
        Judge
    )
    {
        Routes = ["swap/exit"],
        References = ["NIST SP 800-53 SC-28", "PCI DSS 4.0.1 3.3.1"],
    };

    private static string Pattern(string name) => $"process:{name}/*";

    private static IEnumerable<Judgement> Judge(HostFacts facts)
    {
        if (facts.Scope != FactScope.Host) yield break;
        var areas = SwapAreas.Of(facts);
        SwapArea[] readable = [.. areas.Readable];
        if (areas.Problem is not null || readable.Length == 0) yield break;
        string? problem = null;
        foreach ((string name, string? unit) in Programs)
        {
            if (!facts.IsComplete(Pattern(name), out string missing)) problem ??= missing;
            Holder[] holders = [.. facts.Matching(Pattern(name)).Where(reading => !reading.IsUnknown).Select(Holder.Of)];
            if (holders.Length > 0) yield return JudgeProgram(name, unit, holders, readable[0]);
        }

        if (problem is not null) yield return Judgement.Unknown($"needs the processes of all users ({problem})", readable[0].Evidence);
    }

    private static Judgement JudgeProgram(string name, string? unit, Holder[] holders, SwapArea area)
    {
        Holder worst = holders.OrderByDescending(holder => holder.Swapped).ThenBy(holder => holder.IsKept).First();
        Judgement judgement = worst.Swapped > 0
            ? Judgement.Open($"{name} has {worst.Swapped} kB swapped out to {area.Path}", [.. worst.Evidence, .. area.Evidence])
            : worst.IsKept ? Judgement.Closed($"{name} is not swapped out: {worst.Why}", worst.Evidence)
            : Judgement.Open($"{name} locks no memory and can be swapped out to {area.Path}", [.. worst.Evidence, .. area.Evidence]);
        return judgement
            .About(holders.Length == 1 ? name : $"{name} ({holders.Length} processes)")
            .RepairedBy(
                unit is null
                    ? new ManualRepair($"encrypt swap, or start {name} under a unit with MemorySwapMax=0")
                    : new DropIn($"{unit}.d/lethe.conf", "Service", "MemorySwapMax", "0")
            );
    }

    /// <summary>A process, as <c>/proc/PID/status</c> shows it; sizes are in KiB.</summary>
    private sealed record Holder(long Locked, long Swapped, bool IsForbidden, IReadOnlyList<Citation> Evidence)
    {
        public bool IsKept => IsForbidden || Locked > 0;

        public string Why => IsForbidden ? "its control group may not swap" : $"it locks {Locked} kB of its memory";

        public static Holder Of(Reading status) => new(
            Kilobytes(status, "VmLck:"), Kilobytes(status, "VmSwap:"), status.Lines.Any(line => line.Words is ["SwapMax:", "0"]),
            [.. status.Lines.Where(line => line.Words is ["VmLck:" or "VmSwap:" or "SwapMax:", ..]).Select(line => line.Evidence)]);

        private static long Kilobytes(Reading status, string name) =>
            status.Lines.FirstOrDefault(line => line.Words is [var first, _, ..] && first == name) is { Text: not null } line
            && long.TryParse(line.Words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
                ? kilobytes
                : 0;
    }
}
