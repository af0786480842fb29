using System.Text;
using Lethe.Scanning.Secrets;

namespace Lethe.Tests.Scanning.Secrets;

public sealed class TokensTests
{
    private static readonly AnchoredSecrets Detector = new();

    // Put together at run time, so that no scanner of repositories takes them for real ones.
    private static readonly string Mixed = string.Concat(
        Enumerable
            .Range(0, 400)
            .Select(place => "k7Jq2ZxV9bLmT4wRfYc8NsHdPa3Gu6Ee1XoQiWv5KyCtBzMr0SnAlDgUhFjOpI"[(place * 37 + place / 62) % 62])
    );

    public static TheoryData<string, string> Tokens => new()
    {
        // Expired, published for tests in therootcompany/base62-token.js.
        { "github-personal-token", "ghp" + "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17" },
        { "github-personal-token", "ghp" + "_adE7dp8rHP6gUTuPwxLTZjZdtya3sV0UQzQM" },
        { "npm-token", "npm" + "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17" },
        { "github-fine-grained-token", "github_" + "pat_" + Mixed[..22] + "_" + Mixed[22..81] },
        { "gitlab-personal-token", "glp" + "at-" + Mixed[..20] },
        { "gitlab-routable-token", "glp" + "at-" + Mixed[..40] + ".01" + "0a1b2c3" },
        { "slack-token", "xo" + "xb-123456789012-123456789012-" + Mixed[..24] },
        { "slack-app-token", "xa" + "pp-1-A0123456789-1234567890123-" + Mixed[..64] },
        { "stripe-secret-key", "sk_" + "live_" + Mixed[..24] },
        { "stripe-restricted-key", "rk_" + "live_" + Mixed[..99] },
        { "anthropic-key", "sk-" + "ant-api03-" + Mixed[..93] + "AA" },
        { "openai-key", "sk-" + "proj-" + Mixed[..74] + "T3Blb" + "kFJ" + Mixed[74..148] },
        { "openai-key", "sk-" + Mixed[..20] + "T3Blb" + "kFJ" + Mixed[20..40] },
        { "pypi-token", "py" + "pi-AgEIcHlwaS5vcmc" + Mixed[..120] },
        { "docker-personal-token", "dckr_" + "pat_" + Mixed[..27] },
        { "vault-service-token", "hv" + "s." + Mixed[..90] },
        { "sendgrid-key", "S" + "G." + Mixed[..22] + "." + Mixed[22..65] },
        { "twilio-key", "S" + "K" + "0123456789abcdef89ab0123cdef4567" },
        { "telegram-bot-token", "123456789:A" + "A" + Mixed[..33] },
        { "google-oauth-token", "ya" + "29." + Mixed[..120] },
        { "google-api-key", "AI" + "za" + Mixed[..35] },
        { "azure-storage-key", "Account" + "Key=" + Mixed[..86] + "==" },
        { "azure-shared-access-key", "SharedAccess" + "Key=" + Mixed[..43] + "=" },
        { "hugging-face-token", "h" + "f_" + Mixed[..34] },
        { "digitalocean-token", "dop_" + "v1_" + "0123456789abcdef89ab0123cdef45670123456789abcdef89ab0123cdef4567" },
        { "aws-access-key-id", "AK" + "IA2JQXV7M3TRLPW5ZB" },
        { "jwt", Jwt("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", "{\"sub\":\"somebody\",\"iat\":1516239022}") },
        { "jwt", Jwt("{\"typ\":\"JWT\",\"kid\":\"1\",\"alg\":\"RS256\"}", "{\"sub\":{\"alg\":5}}") },
        {
            "kubernetes-service-account-token",
            Jwt(
                "{\"alg\":\"RS256\",\"kid\":\"x\"}",
                "{\"iss\":\"https://kubernetes.default.svc\",\"kubernetes.io\":{\"namespace\":\"default\"}}"
            )
        },
        {
            "google-service-account",
            "{ \"type\": \"service_account\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\\n\", \"client_email\": \"a@b\" }"
        },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public void Each_is_found_whole_wherever_it_lies(string id, string token)
    {
        foreach (Encoding encoding in new[] { Encoding.ASCII, Encoding.Unicode })
        {
            byte[] bytes = encoding.GetBytes(token);
            for (int before = 0; before < 80; before++)
            {
                IReadOnlyList<Detection.Find> found = Detection.Run(
                    Detector,
                    Detection.Surround(bytes, before, before % 3 * 40, before),
                    1 << 20
                );
                Assert.Contains(found, find => find.Id == id && find.Position == (1 << 20) + before && find.Length == bytes.Length);
            }
            for (int border = 4095 - bytes.Length / 2; border < 4097 - bytes.Length / 2; border++)
                Assert.Contains(Detection.Run(Detector, Detection.Surround(bytes, border, 5000, 1)), find =>
                    find.Id == id && find.Position == border && find.Length == bytes.Length
                );
        }
    }

    [Theory]
    [MemberData(nameof(Tokens))]
    public void High_bytes_first_are_found_where_a_zero_follows(string id, string token)
    {
        for (int before = 0; before < 10; before++)
            Assert.Contains(
                Detection.Run(Detector, Detection.Surround(Encoding.BigEndianUnicode.GetBytes(token + "\0"), before, 100, before)),
                find => find.Id == id && find.Position == before + 1 && find.Length == 2 * token.Length
            );
    }

    [Theory]
    [MemberData(nameof(Tokens))]
    public void None_is_found_inside_a_word_or_cut_short_or_of_one_letter(string id, string token)
    {
        if (id is "google-service-account" or "jwt" or "kubernetes-service-account-token") return;
        if (id is not "telegram-bot-token")
            Assert.DoesNotContain(Detection.Run(Detector, Encoding.ASCII.GetBytes("x" + token)), find => find.Id == id);
        Assert.DoesNotContain(Detection.Run(Detector, Encoding.ASCII.GetBytes(token[..(token.Length / 4)])), find => find.Id == id);
        Assert.DoesNotContain(Detection.Run(Detector, Encoding.ASCII.GetBytes(token[..12] + new string('x', token.Length - 12))), find =>
            find.Id == id
        );
    }

    [Fact]
    public void A_wrong_checksum_is_no_token()
    {
        string token = "ghp" + "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17";
        for (int place = 4; place < token.Length; place++)
        {
            char[] wrong = token.ToCharArray();
            wrong[place] = wrong[place] == 'a' ? 'b' : 'a';
            Assert.Empty(Detection.Run(Detector, Encoding.ASCII.GetBytes(wrong)));
        }
    }

    [Fact]
    public void The_secret_beside_an_access_key_is_found()
    {
        string text = "aws_access_key_id = AK" + "IA2JQXV7M3TRLPW5ZB\naws_secret_access_key = " + Mixed[..40] + "\n";
        IReadOnlyList<Detection.Find> found = Detection.Run(Detector, Encoding.ASCII.GetBytes(text));
        Assert.Contains(new("aws-access-key-id", 20, 20, 80), found);
        Assert.Contains(new("aws-secret-access-key", 65, 40, 80), found);
        Assert.Empty(Detection.Run(Detector, "AKIAIOSFODNN7EXAMPLE"u8));
    }

    [Fact]
    public void What_only_looks_like_a_web_token_is_none()
    {
        Assert.Empty(Detection.Run(Detector, Encoding.ASCII.GetBytes(Jwt("{\"typ\":\"JWT\",\"nested\":{\"alg\":\"HS256\"}}", "{}"))));
        Assert.Empty(Detection.Run(Detector, Encoding.ASCII.GetBytes(Jwt("{\"alg\":256,\"typ\":\"JWT\"}", "{}"))));
        Assert.Empty(Detection.Run(Detector, Encoding.ASCII.GetBytes("eyJhbGciOiJIUzI1NiIsInR5cCI6" + "." + Mixed[..40])));
    }

    [Fact]
    public void Random_bytes_and_random_letters_hold_nothing()
    {
        byte[] memory = new byte[32 << 20];
        new Random(1).NextBytes(memory);
        Assert.Empty(Detection.Run(Detector, memory));
        for (int at = 0; at < memory.Length; at++) memory[at] = (byte)Mixed[memory[at] % 62];
        Assert.Empty(Detection.Run(Detector, memory));
    }

    private static string Jwt(string header, string payload) => $"{Encode(header)}.{Encode(payload)}.{Mixed[..43]}";

    private static string Encode(string json) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
