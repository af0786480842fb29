using System.Text;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;

namespace Lethe.Tests.Cli;

/// <summary><c>lethe certificate</c> on a ledger with two ends and a workload that nobody ended.</summary>
public sealed class CertificateTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private readonly string state = Directory.CreateTempSubdirectory("lethe-test-").FullName;
    private readonly string id;

    public CertificateTests()
    {
        using SigningKey key = SigningKey.OpenOrCreate(InState("signing-key.pem"));
        using Ledger ledger = Ledger.OpenOrCreate(InState("ledger.sqlite"));
        var gone = new ProcessIdentity(1, 1, "another-boot");
        id = Ended(ledger, key, gone);
        Ended(ledger, key, gone);
        ledger.Begin(Workload.ProcessTree(["./lost"], record: true), gone, Time.AddSeconds(9));
    }

    public void Dispose() => Directory.Delete(state, recursive: true);

    [Fact]
    public void List_names_what_nobody_ended()
    {
        var result = Run("list");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("exit 3; 8.0 MiB wiped in 12 ms; 1 media clean", result.Output);
        Assert.Contains("not ended by Lethe: what it left was not wiped  (./lost)", result.Output);
        Assert.Contains("after 5 records", result.Output);
        Assert.DoesNotContain("s3cret", result.Output);
        Assert.Contains("\"state\": \"not-ended\"", Run("list", "--json").Output);
    }

    [Fact]
    public void Show_takes_the_beginning_of_a_name_and_escapes_what_it_shows()
    {
        Assert.Contains("\\u{1b}[31m", Run("show", id).Output);
        Assert.Equal(ExitCode.Usage, Run("show", "01").ExitCode);
        Assert.Equal(ExitCode.Usage, Run("show", "nothing").ExitCode);
    }

    [Fact]
    public void A_certificate_and_a_ledger_verify_elsewhere_with_the_public_key()
    {
        File.WriteAllText(InState("envelope.json"), Run("show", id, "--envelope").Output);
        string elsewhere = Directory.CreateDirectory(InState("elsewhere")).FullName;
        (int, string, string Errors) unknown = Elsewhere(elsewhere, InState("envelope.json"));
        Assert.Contains("give --public-key", unknown.Errors);
        foreach (string file in (string[])["envelope.json", "ledger.sqlite"])
        {
            var result = Elsewhere(elsewhere, InState(file), "--public-key", InState("signing-key.pub.pem"));
            Assert.True(result.ExitCode == 0, result.Output + result.Errors);
            Assert.Contains(": intact:", result.Output);
        }

        SigningKey.OpenOrCreate(InState("stranger.pem")).Dispose();
        var refused = Elsewhere(elsewhere, InState("envelope.json"), "--public-key", InState("stranger.pub.pem"));
        Assert.Equal(ExitCode.Inconclusive, refused.ExitCode);
        Assert.Contains("NOT VERIFIED", refused.Output);
        Assert.Contains("signed with another key (fingerprint ", refused.Output);
        Assert.DoesNotContain("TAMPERED", refused.Output);
    }

    [Fact]
    public void A_signature_that_is_not_its_keys_is_tampering()
    {
        string envelope = Run("show", id, "--envelope").Output, payload = envelope.Split("\"payload\":\"")[1].Split('"')[0];
        string changed = Convert.ToBase64String(
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Convert.FromBase64String(payload)).Replace("\"exitCode\":3", "\"exitCode\":0"))
        );
        File.WriteAllText(InState("changed.json"), envelope.Replace(payload, changed));
        var verified = Run("verify", InState("changed.json"));
        Assert.Equal(ExitCode.Residue, verified.ExitCode);
        Assert.Contains("TAMPERED", verified.Output);
        Assert.Contains("its signature is not that key's", verified.Output);
    }

    [Fact]
    public void A_tampered_ledger_is_2_in_list_and_verify()
    {
        // Everywhere: SQLite leaves old copies in the unused parts of its pages, where a change means nothing.
        byte[] file = File.ReadAllBytes(InState("ledger.sqlite"));
        while (file.AsSpan().IndexOf("another-boot"u8) is >= 0 and var at) file[at] ^= 1;
        File.WriteAllBytes(InState("ledger.sqlite"), file);
        Assert.Equal(ExitCode.Residue, Run("verify").ExitCode);
        var listed = Run("list");
        Assert.Equal(ExitCode.Residue, listed.ExitCode);
        Assert.Contains("lethe: this ledger was tampered with: record 1", listed.Errors);
    }

    [Fact]
    public void A_head_that_was_noted_must_still_be_there()
    {
        string head = Run("list").Output.Split("head ")[1][..64];
        Assert.Equal(0, Run("verify", "--expect-head", head).ExitCode);
        Assert.Equal(ExitCode.Residue, Run("verify", "--expect-head", new string('a', 64)).ExitCode);
    }

    private static string Ended(Ledger ledger, SigningKey key, ProcessIdentity lethe)
    {
        BegunWorkload begun = ledger.Begin(Workload.ProcessTree(["./job", "s3cret"], record: false), lethe, Time);
        ledger.End(
            new EndCertificate
            {
                Id = begun.Id,
                Version = "0.1.0",
                Workload = begun.Workload,
                Began = begun.Began,
                Ended = begun.Began.AddSeconds(1),
                ExitCode = 3,
                Host = new HostState("6.1\u001b[31m", "another-boot", null),
                Media = [new("anonymous-memory", "ptrace", PurgeMethod.Overwrite, 8 << 20, "read back", Verdict.Clean, null)],
                WipedBytes = 8 << 20,
                WipeMs = 12,
            },
            key,
            Time.AddSeconds(1));
        return begun.Id;
    }

    private string InState(string name) => Path.Combine(state, name);

    private (int ExitCode, string Output, string Errors) Run(params string[] arguments) =>
        ShippedLethe.Run(new Dictionary<string, string> { ["LETHE_STATE"] = state }, ["certificate", .. arguments]);

    private static (int ExitCode, string Output, string Errors) Elsewhere(string directory, params string[] arguments) =>
        ShippedLethe.Run(new Dictionary<string, string> { ["LETHE_STATE"] = directory }, ["certificate", "verify", .. arguments]);
}
