using System.Text;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>Tokens that are recognised by prefix, letters and lengths. Their issuers publish these forms for secret scanning.</summary>
internal sealed class TokenShapes : ISecretFamily
{
    private static readonly TokenShape[] Shapes =
    [
        .. new[]
        {
            ("ghp_", "github-personal-token"),
            ("gho_", "github-oauth-token"),
            ("ghu_", "github-user-token"),
            ("ghs_", "github-server-token"),
            ("ghr_", "github-refresh-token"),
        }.Select(form => new TokenShape(form.Item2, form.Item1, 100, TokenCheck.Base62Checksum, TokenPart.Of(Letters.Base62, 36))),
        // It is not published what its checksum covers.
        new(
            "github-fine-grained-token",
            "github_pat_",
            90,
            TokenCheck.Entropy,
            TokenPart.Of(Letters.Base62, 22),
            TokenPart.Of("_"),
            TokenPart.Of(Letters.Base62, 59)
        ),
        new("npm-token", "npm_", 100, TokenCheck.Base62Checksum, TokenPart.Of(Letters.Base62, 36)),
        new("gitlab-personal-token", "glpat-", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 20)),
        new(
            "gitlab-routable-token",
            "glpat-",
            90,
            TokenCheck.Entropy,
            TokenPart.Of(Letters.Base64Url, 27, 300),
            TokenPart.Of("."),
            TokenPart.Of(Letters.LowerBase36, 9)
        ),
        new("gitlab-deploy-token", "gldt-", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 20)),
        new("gitlab-runner-token", "glrt-", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 20, 64)),
        .. new[] { 'a', 'b', 'e', 'p', 'r', 's' }.Select(kind => new TokenShape(
            "slack-token",
            $"xox{kind}-",
            80,
            TokenCheck.Entropy,
            TokenPart.Of(Letters.Base62Dash, 24, 255)
        )),
        new(
            "slack-app-token",
            "xapp-",
            80,
            TokenCheck.Entropy,
            TokenPart.Of(Letters.Digits, 1),
            TokenPart.Of("-"),
            TokenPart.Of(Letters.Base62Dash, 40, 160)
        ),
        new("stripe-secret-key", "sk_live_", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base62, 24, 247)),
        new("stripe-restricted-key", "rk_live_", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base62, 24, 247)),
        new("anthropic-key", "sk-ant-", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 80, 140)),
        new("pypi-token", "pypi-AgEIcHlwaS5vcmc", 90, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 50, 1000)),
        new("pypi-test-token", "pypi-AgENdGVzdC5weXBpLm9yZw", 90, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 50, 1000)),
        new("docker-personal-token", "dckr_pat_", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 27)),
        new("docker-organization-token", "dckr_oat_", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 32)),
        new("vault-service-token", "hvs.", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 24, 300)),
        new("vault-batch-token", "hvb.", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 100, 500)),
        new(
            "sendgrid-key",
            "SG.",
            90,
            TokenCheck.Entropy,
            TokenPart.Of(Letters.Base64Url, 22),
            TokenPart.Of("."),
            TokenPart.Of(Letters.Base64Url, 43)
        ),
        new("twilio-key", "SK", 60, TokenCheck.Entropy, TokenPart.Of(Letters.LowerHex, 32)),
        new("google-oauth-token", "ya29.", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 60, 1000)),
        new("google-api-key", "AIza", 80, TokenCheck.Entropy, TokenPart.Of(Letters.Base64Url, 35)),
        new("azure-storage-key", "AccountKey=", 90, TokenCheck.Entropy, TokenPart.Of(Letters.Base64, 86), TokenPart.Of("==")),
        new("azure-shared-access-key", "SharedAccessKey=", 90, TokenCheck.Entropy, TokenPart.Of(Letters.Base64, 43), TokenPart.Of("=")),
        new("hugging-face-token", "hf_", 70, TokenCheck.Entropy, TokenPart.Of(Letters.Base62, 34)),
        new("digitalocean-token", "dop_v1_", 80, TokenCheck.Entropy, TokenPart.Of(Letters.LowerHex, 64)),
    ];

    private readonly int[] patternOfAnchor;
    private readonly TokenShape[] shapeOfAnchor;

    public TokenShapes()
    {
        var patterns = Shapes.Select(shape => new Pattern("secret", shape.Id, 0)).Distinct().ToList();
        Patterns = patterns;
        (TokenShape Shape, byte[] Literal)[] anchors =
        [
            .. Shapes.SelectMany(shape => AnchorsOf(shape).Select(literal => (shape, literal))),
        ];
        shapeOfAnchor = [.. anchors.Select(anchor => anchor.Shape)];
        patternOfAnchor = [.. shapeOfAnchor.Select(shape => patterns.FindIndex(pattern => pattern.Id == shape.Id))];
        Anchors = [.. anchors.Select(anchor => anchor.Literal)];
    }

    public IReadOnlyList<Pattern> Patterns { get; }

    public IReadOnlyList<byte[]> Anchors { get; }

    public bool IsText => true;

    public void Examine(ReadOnlySpan<byte> window, int at, int anchor, SecretSink sink)
    {
        TokenShape shape = shapeOfAnchor[anchor];
        if (shape.Measure(window, at) is > 0 and var length) sink.Add(patternOfAnchor[anchor], at, length, shape.Confidence);
    }

    /// <summary>The prefix. A prefix of less than four letters is extended by each of the letters that may follow.</summary>
    private static IEnumerable<byte[]> AnchorsOf(TokenShape shape)
    {
        IEnumerable<byte[]> literals = [Encoding.ASCII.GetBytes(shape.Prefix)];
        for (int length = shape.Prefix.Length; length < 4; length++)
            literals = literals.SelectMany(literal => Letters.AllOf(shape.Parts[0].Set!).Select(letter => (byte[])[.. literal, letter]));
        return literals;
    }
}
