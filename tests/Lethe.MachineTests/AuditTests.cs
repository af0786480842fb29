using System.Collections.Concurrent;
using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Evidence.Proof;
using Lethe.Facts;
using Lethe.Media.Hosts;

namespace Lethe.Tests.Lab;

/// <summary>
/// What an audit says is confirmed by experiment: the facts are collected in the guest while the planted data is there, the rule
/// judges them, and then the laboratory looks. Closed has to mean that nothing was found, open that something was.
/// </summary>
public sealed class AuditTests
{
    private const string Freed = "anonymous-memory/cleared-when-freed", Objects = "kernel-buffers/cleared-when-freed";

    private static readonly string[] ZeroedWhenFreed =
    [
        $"{Freed} anonymous-memory/exit",
        $"{Freed} anonymous-memory/munmap",
        $"{Freed} tmpfs/unlink",
        $"{Freed} memfd/exit",
        $"{Freed} sysv-shared-memory/remove",
        $"{Freed} page-cache/unlink",
        $"{Objects} kernel-buffers/unix-socket",
        $"{Objects} kernel-buffers/pty",
        $"{Objects} keyring/process-keyring",
        "memfd-secret/cleared memfd-secret/exit",
        "zram/cleared zram/reset",
        "huge-page-pool/empty huge-page-pool/exit",
        "swap/encrypted swap/exit",
        "swap/encrypted swap/encrypted",
        "hibernation/not-to-a-plain-medium hibernation/image-after-resume",
        "core-dump/not-kept core-dump/file",
        "persistent-memory/encrypted persistent-memory/fsdax-unlink",
        "persistent-memory/encrypted persistent-memory/luks",
        "kernel-log/not-written-by-programs kernel-log/cleared",
    ];

    public static TheoryData<string, string, string[]> Table => new()
    {
        {
            "debian-6.1", "",
            [
                $"{Freed} anonymous-memory/exit",
                $"{Freed} tmpfs/unlink",
                $"{Freed} memfd/exit",
                $"{Freed} sysv-shared-memory/remove",
                $"{Freed} page-cache/unlink",
                $"{Objects} kernel-buffers/unix-socket", "zram/cleared zram/reset",
            ]
        },
        { "debian-6.1", "init_on_free=1", ZeroedWhenFreed },
        { "debian-6.12", "init_on_free=1", ZeroedWhenFreed },
        {
            "debian-6.1-full",
            "page_poison=1 init_on_free=1",
            [
                $"{Freed} anonymous-memory/exit",
                $"{Objects} kernel-buffers/unix-socket",
                "anonymous-memory/zeroing-not-contradicted kernel-buffers/unix-socket",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task What_is_called_closed_keeps_nothing_and_what_is_called_open_does(string kernel, string options, string[] rows)
    {
        IReadOnlyList<string> disagreements = await Disagreements(kernel, options, rows);
        Assert.True(disagreements.Count == 0, string.Join('\n', disagreements));
    }

    // The kernel zeroes what is freed, but nothing is freed to it here.
    [Fact]
    public async Task A_rule_that_promises_too_much_is_found_out() =>
        Assert.Single(await Disagreements("debian-6.1", "init_on_free=1", [$"{Freed} huge-page-pool/exit"]));

    private static async Task<IReadOnlyList<string>> Disagreements(string kernel, string options, string[] rows)
    {
        (string Rule, string Route)[] pairs = [.. rows.Select(row => (row.Split(' ')[0], row.Split(' ')[1]))];
        var facts = new ConcurrentDictionary<string, HostFacts>();
        ProofReport report = await Laboratory.Prove(
            Laboratory.Request(kernel, [options], pairs.Select(pair => pair.Route).Distinct()) with
            {
                FactsTold = (run, told) => facts[run.Route] = told,
            }
        );
        return
        [
            .. pairs
                .Select(pair =>
                    Disagreement(pair.Rule, report.Runs.Single(run => run.Route == pair.Route), facts.GetValueOrDefault(pair.Route))
                )
                .OfType<string>(),
        ];
    }

    private static string? Disagreement(string rule, RouteRun run, HostFacts? facts)
    {
        Finding[] findings = facts is null
            ? []
            : [.. HostAudit.Of(facts, Profile.Everything).Findings.Where(finding => finding.Rule == rule)];
        Posture said = findings.Any(finding => finding.State == Posture.Open) ? Posture.Open
            : findings.Length == 0 || findings.Any(finding => finding.State == Posture.Unknown) ? Posture.Unknown
            : Posture.Closed;
        bool agree = run.Verdict switch
        {
            Verdict.Clean => said == Posture.Closed,
            Verdict.Residue => said == Posture.Open,
            _ => false,
        };
        return agree
            ? null
            : $"{rule} says {said} ({string.Join("; ", findings.Select(finding => $"{finding.Subject} {finding.Summary}"))}); {run.Route} "
                + $"is {run.Verdict}, {run.ResidueBytes()} bytes stay {run.Reason}";
    }
}
