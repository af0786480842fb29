using System.Text;
using Lethe.Scanning.Secrets;

namespace Lethe.Tests.Scanning.Secrets;

public sealed class RuleFileTests
{
    private const string Rules = """
        # Acme's tokens
        - id: acme-token
          anchor: [acme_, ACME_]
          regex: '(acme|ACME)_[0-9a-f]{8}'
          confidence: 70
        - id: magic
          hex: de ad be ef 01
        """;

    [Theory]
    [InlineData("010203")]
    [InlineData("00000001")]
    public void Anchors_too_short_or_of_zeros_are_refused(string anchor) =>
        Assert.Throws<ArgumentException>(() =>
            new AnchoredSecrets([new SecretRule("x", [Convert.FromHexString(anchor)], false, null, 80)])
        );

    [Fact]
    public void Rules_find_what_they_describe()
    {
        var detector = new AnchoredSecrets(RuleFile.Parse(Rules, "rules.yaml"));
        byte[] window =
        [
            .. "..acme_0123abcd.. acme_nothing ACME_ffffffff"u8,
            0,
            0xde,
            0xad,
            0xbe,
            0xef,
            1,
            .. Encoding.Unicode.GetBytes("  acme_01234567 "),
        ];
        IReadOnlyList<Detection.Find> found = Detection.Run(detector, window);
        Assert.Equal(
            [new("acme-token", 2, 13, 70), new("acme-token", 31, 13, 70), new("magic", 45, 5, 80), new("acme-token", 54, 26, 70)],
            found.OrderBy(find => find.Position)
        );
    }

    [Theory]
    [InlineData("- id: [", 2, "no YAML")]
    [InlineData("id: x", 1, "list of rules")]
    [InlineData("- anchor: abcd", 1, "no id")]
    [InlineData("- id: a\n  regex: x", 1, "no anchor")]
    [InlineData("- id: a\n  anchor: abc", 2, "4 bytes at least")]
    [InlineData("- id: a\n  hex: 0011223", 2, "pairs")]
    [InlineData("- id: a\n  hex: 0000000001", 2, "zero")]
    [InlineData("- id: a\n  anchor: abcd\n  hex: 11223344", 3, "either")]
    [InlineData("- id: a\n  anchor: abcd\n  regex: '('", 3, "regex cannot be used")]
    [InlineData("- id: a\n  anchor: abcd\n  regex: '(a)\\1'", 3, "regex cannot be used")]
    [InlineData("- id: a\n  anchor: abcd\n  confidence: 101", 3, "1 to 100")]
    [InlineData("- id: a\n  anchor: abcd\n  colour: red", 3, "unknown name")]
    [InlineData("- id: a\n  anchor: abcd\n- id: a\n  anchor: efgh", 3, "different id")]
    [InlineData("- id: a\n  anchor: {x: y}", 2, "expected text")]
    [InlineData("", 1, "list of rules")]
    public void Errors_say_where_and_what_to_do(string text, int line, string problem)
    {
        RuleFileException error = Assert.Throws<RuleFileException>(() => RuleFile.Parse(text, "rules.yaml"));
        Assert.StartsWith($"rules.yaml:{line}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Line);
    }

    [Fact]
    public void An_expression_that_blows_up_elsewhere_does_not_here()
    {
        var detector = new AnchoredSecrets(RuleFile.Parse("- id: a\n  anchor: aaaa\n  regex: '(a+)+b'", "rules.yaml"));
        Assert.Empty(Detection.Run(detector, Enumerable.Repeat((byte)'a', 20_000).ToArray()));
    }

    [Fact]
    public void Broken_files_are_refused_and_do_no_harm()
    {
        var random = new Random(20261122);
        for (int test = 0; test < 20_000; test++)
        {
            char[] text = Rules.ToCharArray();
            for (int change = random.Next(1, 8); change > 0; change--)
                text[random.Next(text.Length)] = "-: []{}'\"#&*!|>%@\n\tax0\0"[random.Next(23)];
            try
            {
                RuleFile.Parse(new string(text, 0, random.Next(text.Length + 1)), "rules.yaml");
            }
            catch (RuleFileException)
            {
                // The refusal that is meant for this.
            }
        }
    }
}
