using System.Globalization;
using System.Text.RegularExpressions;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Evidence.ExitCodes;

namespace Lethe.Tests.Evidence;

/// <summary>What <c>lethe run</c> returns; those of the other verbs are tested beside their reports.</summary>
public sealed class ExitCodePolicyTests
{
    [Theory]
    [InlineData(Verdict.Clean, 0, false, false, true, ExitCode.Clean)]
    [InlineData(Verdict.Clean, 7, true, false, true, 7)]
    // What was found weighs more than what the command says.
    [InlineData(Verdict.Residue, 0, false, false, true, ExitCode.Residue)]
    [InlineData(Verdict.Residue, 7, false, false, false, ExitCode.Residue)]
    // A medium that the plan names as open does not count, unless none may be open.
    [InlineData(Verdict.Inconclusive, 0, false, false, true, ExitCode.Clean)]
    [InlineData(Verdict.Inconclusive, 7, false, false, true, 7)]
    [InlineData(Verdict.Inconclusive, 0, true, false, true, ExitCode.Inconclusive)]
    [InlineData(Verdict.Inconclusive, 7, false, true, true, ExitCode.Inconclusive)]
    // What is proved elsewhere is not open; what is bounded is not clean.
    [InlineData(Verdict.ProvedElsewhere, 0, true, false, true, ExitCode.Clean)]
    [InlineData(Verdict.Bounded, 0, false, false, true, ExitCode.Clean)]
    [InlineData(Verdict.Bounded, 0, true, false, true, ExitCode.Inconclusive)]
    [InlineData(Verdict.Unsupported, 0, true, false, true, ExitCode.Inconclusive)]
    // A success that is not on record is none; a failure stays what it was.
    [InlineData(Verdict.Clean, 0, false, false, false, ExitCode.OperationalError)]
    [InlineData(Verdict.Clean, 7, false, false, false, 7)]
    public void A_run(Verdict worst, int command, bool requireClean, bool unplanned, bool recorded, int expected) =>
        Assert.Equal(
            expected,
            ExitCodePolicy.OfRun(Certificate(worst) with { ExitCode = command }, unplanned ? ["swap"] : [], requireClean, recorded)
        );

    [Fact]
    public void A_run_that_a_signal_ended() =>
        Assert.Equal(137, ExitCodePolicy.OfRun(Certificate(Verdict.Clean) with { Signal = 9 }, [], requireClean: false, recorded: false));

    [Fact]
    public void The_table_in_the_documents_is_the_one_in_the_code()
    {
        string document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs/verdicts.md"));
        (string, int)[] shown =
        [
            .. Regex.Matches(document, @"^\| `([a-z-]+)` \|.*\| (\d+) \|$", RegexOptions.Multiline)
                .Select(row => (row.Groups[1].Value, int.Parse(row.Groups[2].Value, CultureInfo.InvariantCulture))),
        ];
        Verdict[] all = Enum.GetValues<Verdict>();
        Assert.Equal(all.Select(verdict => (verdict.Word(), ExitCodePolicy.OfVerdict(verdict))).Order(), shown.Order());
        string worstFirst = string.Join(", ", all.OrderBy(Worse).Select(verdict => $"`{verdict.Word()}`"));
        Assert.Contains($"in the order {worstFirst}.", document.ReplaceLineEndings(" "));

        int Worse(Verdict verdict) => all.Count(other =>
            (Certificate(verdict) with { Media = [.. Certificate(verdict).Media, .. Certificate(other).Media] }).Worst() != verdict
        );
    }

    [Theory]
    [InlineData(true, true, ExitCode.Clean)]
    [InlineData(false, true, ExitCode.Inconclusive)]
    [InlineData(false, false, ExitCode.Residue)]
    public void A_verification(bool intact, bool onlyOtherKeys, int expected) =>
        Assert.Equal(expected, ExitCodePolicy.OfVerification(intact, onlyOtherKeys));

    private static EndCertificate Certificate(Verdict verdict) => new()
    {
        Id = "id",
        Version = "0",
        Workload = new Workload("process-tree", "", null),
        Began = DateTimeOffset.UnixEpoch,
        Ended = DateTimeOffset.UnixEpoch,
        Host = new HostState("6.12", "boot", null),
        Media = [new MediumOutcome("swap", null, PurgeMethod.None, 0, null, verdict, null)],
        WipedBytes = 0,
        WipeMs = 0,
    };
}
