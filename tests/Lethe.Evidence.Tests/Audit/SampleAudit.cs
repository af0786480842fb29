using System.Runtime.CompilerServices;
using System.Text;
using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Tests.Evidence.Scan;

namespace Lethe.Tests.Evidence.Audit;

/// <summary>A small audit with one of everything, and names as an attacker would choose them.</summary>
public static class SampleAudit
{
    private const string Hostile = SampleScan.Hostile, SwapFile = "/swap</td><script>'\u001b[31m\u202e";

    private static readonly AuditedRule Cleared = new(
        "anonymous-memory/cleared-when-freed",
        "anonymous-memory",
        Severity.High,
        "freed pages are cleared",
        "What an ended process had in its memory stays in free pages.",
        ["page-cache"],
        ["anonymous-memory/exit", "anonymous-memory/kill", "tmpfs/unlink", "page-cache/unlink"],
        ["KSPP: INIT_ON_FREE_DEFAULT_ON=y", "NIST SP 800-53 SI-14(2)"]
    );

    private static readonly AuditedRule Built = new(
        "anonymous-memory/stack-and-registers",
        "anonymous-memory",
        Severity.Low,
        "the kernel clears its stack and registers",
        "Fragments stay on the kernel's stacks.",
        [],
        [],
        []
    );

    private static readonly AuditedRule Swap = new(
        "swap/encrypted",
        "swap",
        Severity.Medium,
        "swap areas are encrypted or absent",
        "Pages are written to the area as they are, and stay there.",
        [],
        ["swap/exit"],
        ["NIST SP 800-53 SC-28"]
    );

    private static readonly Citation Log = new("kernel log", 12, "mem auto-init: stack:all(zero), heap alloc:on, heap free:off");

    /// <summary>
    /// Two hosts: open, unknown and closed findings, with and without subjects, one of a hostile name, and a file that could not be read.
    /// </summary>
    public static AuditReport Report { get; } = new(
        "0.1.0", new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero), 210, "vm-host", ["web-1", "web-2"],
        [
            new("web-1", "anonymous-memory", "anonymous memory", Posture.Open, [Cleared.Id]),
            new("web-1", "swap", "swap", Posture.Open, [Swap.Id]),
            new("web-1", "kernel-log", "kernel log", Posture.Unknown, []),
            new("web-2", "anonymous-memory", "anonymous memory", Posture.Unknown, [Cleared.Id, Built.Id]),
            new("web-2", "swap", "swap", Posture.Closed, [Swap.Id]),
        ],
        [Cleared, Built, Swap],
        [
            Of(
                "web-1",
                Built,
                Posture.Open,
                "the kernel was built without it",
                [new("/boot/config-6.1", 33, "# CONFIG_ZERO_CALL_USED_REGS is not set")],
                "CONFIG_ZERO_CALL_USED_REGS",
                "use a kernel built with CONFIG_ZERO_CALL_USED_REGS=y"
            ),
            Of(
                "web-1",
                Cleared,
                Posture.Open,
                "the kernel frees pages as they are",
                [Log, new("/proc/cmdline", 1, "root=/dev/vda1")],
                null,
                "add init_on_free=1 to the kernel's command line and restart"
            ),
            Of(
                "web-1",
                Swap,
                Posture.Open,
                "the area is not encrypted",
                [new("/proc/swaps", 2, "/dev/vda2 partition 1048572 0 -2")],
                "/dev/vda2",
                "swap off /dev/vda2\nput it on an encrypted device"
            ),
            Of(
                "web-1",
                Swap,
                Posture.Open,
                "the area is not encrypted",
                [new("/proc/swaps", 3, $"{SwapFile} file 1048572 0 -3")],
                SwapFile,
                $"swap off {SwapFile}\nput it on an encrypted device"
            ),
            Of("web-2", Cleared, Posture.Unknown, "needs the kernel's boot log (permission denied; run as root)", []),
            Of(
                "web-2",
                Built,
                Posture.Open,
                "the kernel was built without it",
                [new("/boot/config-6.1", 33, "# CONFIG_ZERO_CALL_USED_REGS is not set")],
                "CONFIG_ZERO_CALL_USED_REGS",
                "use a kernel built with CONFIG_ZERO_CALL_USED_REGS=y"
            ),
            Of("web-2", Swap, Posture.Closed, "no swap area is in use", [new("/proc/swaps", null, "Filename Type Size Used Priority")]),
        ],
        [new("notes.txt", "notes.txt: nobody can tell what this is")]);

    /// <summary>Only the first host.</summary>
    public static AuditReport OneHost { get; } = Report with
    {
        Hosts = ["web-1"], Problems = [],
        Media = [.. Report.Media.Where(row => row.Host == "web-1")],
        Findings = [.. Report.Findings.Where(finding => finding.Host == "web-1")],
    };

    /// <summary>The same with a hostile name wherever there is one.</summary>
    public static AuditReport Dressed { get; } = new(
        Hostile, Report.Began, 1, Hostile, [Hostile, "b"],
        [new(Hostile, Hostile, Hostile, Posture.Open, [Hostile]), new("b", Hostile, Hostile, Posture.Unknown, [Hostile])],
        [new(Hostile, Hostile, Severity.High, Hostile, Hostile, [Hostile], [Hostile], [Hostile])],
        [
            .. Enum.GetValues<Posture>()
                .Select(state => new Finding(
                    Hostile,
                    Hostile,
                    Hostile,
                    state,
                    Severity.High,
                    Hostile,
                    Hostile,
                    [new(Hostile, 1, Hostile), new("/" + Hostile, 2, Hostile)],
                    Hostile,
                    [Hostile],
                    Hostile,
                    [Hostile],
                    [Hostile]
                )),
        ],
        [new(Hostile, Hostile)]);

    /// <summary>All is well.</summary>
    public static AuditReport Clean { get; } = Report with
    {
        Hosts = ["web-2"],
        Problems = [],
        Media = [.. Report.Media.Where(row => row.State == Posture.Closed)],
        Findings = [.. Report.Findings.Where(finding => finding.State == Posture.Closed)],
    };

    /// <summary>As many hosts as said, the first half of them open.</summary>
    public static AuditReport Many(int hosts)
    {
        string[] names = [.. Enumerable.Range(0, hosts).Select(host => $"node-{host}")];
        return Report with
        {
            Hosts = names, Problems = [],
            Media =
            [
                .. names.Select(
                    (name, host) =>
                        new MediumPosture(
                            name,
                            "anonymous-memory",
                            "anonymous memory",
                            host < hosts / 2 ? Posture.Open : Posture.Closed,
                            [Cleared.Id]
                        )
                ),
            ],
            Findings =
            [
                .. names.Select((name, host) => Of(name, Cleared, host < hosts / 2 ? Posture.Open : Posture.Closed, "so it is", [Log])),
            ],
        };
    }

    /// <summary>What a writer writes.</summary>
    public static string Written(Action<AuditReport, Stream> write, AuditReport report)
    {
        using var stream = new MemoryStream();
        write(report, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Compares with an approved file; those of all reports lie together, a directory above this one.</summary>
    internal static void Approve(string received, string name, [CallerFilePath] string source = "") =>
        Approval.Check(received, name, Path.GetDirectoryName(source)!);

    private static Finding Of(
        string host,
        AuditedRule rule,
        Posture state,
        string summary,
        IReadOnlyList<Citation> evidence,
        string? subject = null,
        string? repair = null
    ) =>
        new(
            host,
            rule.Id,
            rule.Medium,
            state,
            rule.Severity,
            subject,
            summary,
            evidence,
            rule.Why,
            rule.Routes,
            repair,
            rule.References,
            rule.AlsoMedia
        );
}
