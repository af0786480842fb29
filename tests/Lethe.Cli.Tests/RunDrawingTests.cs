using Lethe.Cli.Certificates;
using Lethe.Cli.Run;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Media.Sealing;

namespace Lethe.Tests.Cli;

/// <summary>What <c>lethe run</c> and its certificates look like on a terminal.</summary>
public sealed class RunDrawingTests
{
    private static readonly EndCertificate Certificate = new()
    {
        Id = "01JDTEST000000000000000000",
        Version = "0.1.0",
        Workload = new Workload("process-tree", new string('a', 64), ["sh", "-c", "echo \u001b[31mred"]),
        Began = DateTimeOffset.UnixEpoch,
        Ended = DateTimeOffset.UnixEpoch.AddSeconds(3),
        ExitCode = 7,
        Host = new HostState("6.12.0", "boot", new EffectiveState(InitOnAlloc: true, InitOnFree: false, PagePoison: false)),
        Media =
        [
            new MediumOutcome(
                "anonymous-memory",
                "zeroed at exit",
                PurgeMethod.Overwrite,
                1 << 20,
                "256 pages read back as zero",
                Verdict.Clean,
                null
            ),
            new MediumOutcome(
                "kernel-buffers",
                null,
                PurgeMethod.None,
                0,
                null,
                Verdict.Inconclusive,
                "this kernel does not zero on free; --scrub closes it"
            ),
            new MediumOutcome(
                "swap",
                "memory.swap.max 0",
                PurgeMethod.None,
                0,
                "page tables at each end",
                Verdict.Residue,
                "4 KiB were in \u001b[2Jswap"
            ),
        ],
        WipedBytes = 1 << 20,
        WipeMs = 2,
    };

    [Fact]
    public void A_plan() => Approval.Check(
        Drawn(output => RunText.DrawPlan(output,
        [
            ("anonymous memory", new SealPlan("zeroed at exit", "what it gives back while it lives (--strict closes it)")),
            ("kernel buffers", SealPlan.Open("kernel buffers: this kernel does not zero on free", "not zeroed")),
            (
                "scratch storage",
                new SealPlan("dm-crypt with a random key on /tmp/lethe-scratch")
                {
                    Destroys = ["what is on /dev/vd\u001b[1ma (ext4)"],
                }
            ),
        ])),
        "run-plan");

    [Fact]
    public void An_end() => Approval.Check(Drawn(output => RunText.DrawEnd(output, Certificate, "/var/lib/lethe/ledger")), "run-end");

    [Fact]
    public void A_clean_end_without_a_certificate() => Approval.Check(
        Drawn(output =>
            RunText.DrawEnd(
                output,
                Certificate with
                {
                    Media = [Certificate.Media[0]],
                    ExitCode = null,
                    Signal = 9,
                    OutOfMemoryKills = 1,
                },
                ledger: null
            )
        ),
        "run-end-clean"
    );

    [Fact]
    public void A_certificate() =>
        Approval.Check(Drawn(output => CertificateText.Draw(output, new LedgerEntry(null, null, Certificate))), "certificate");

    private static string Drawn(Action<TextWriter> draw)
    {
        var output = new StringWriter { NewLine = "\n" };
        draw(output);
        // Nothing untrusted steers the terminal.
        Assert.DoesNotContain('\u001b', output.ToString());
        return output.ToString();
    }
}
