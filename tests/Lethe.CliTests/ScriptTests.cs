namespace Lethe.Tests.Cli;

/// <summary>
/// Scripts of commands and what they must do. A script has lines <c>$ lethe ...</c>, then <c>? CODE</c>, then lines
/// <c>out: text</c>, <c>err: text</c> that must occur and <c>not: text</c> that must not.
/// </summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Scripts() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Scripts")).Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void The_command_does_what_the_script_says(string script)
    {
        (int ExitCode, string Output, string Errors) result = (0, "", "");
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Scripts", script)))
        {
            string[] words = line.Split(' ', 2);
            switch (words[0])
            {
                case "$": result = ShippedLethe.Run(Words(words[1])[1..]); break;
                case "?": Assert.True(int.Parse(words[1]) == result.ExitCode, $"{script}: exit {result.ExitCode}: {result.Errors}"); break;
                case "out:": Assert.Contains(words[1], result.Output); break;
                case "err:": Assert.Contains(words[1], result.Errors); break;
                case "not:": Assert.DoesNotContain(words[1], result.Output + result.Errors); break;
                case "" or "#": break;
                default: Assert.Fail($"{script}: what is '{line}'?"); break;
            }
        }
    }

    [Fact]
    public void Errors_are_one_line_and_a_hint()
    {
        var result = ShippedLethe.Run("prove", "--route", "swap/exitt");
        Assert.Equal("", result.Output);
        string[] lines = result.Errors.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("lethe: ", lines[0]);
        Assert.StartsWith("  ", lines[1]);
    }

    [Fact]
    public void The_list_is_as_approved() => Approval.Check(ShippedLethe.Run("prove", "--list").Output, "prove-list");

    [Fact]
    public void The_help_is_as_approved() => Approval.Check(ShippedLethe.Run("prove", "--help").Output, "prove-help");

    /// <summary>Words between spaces; what stands between single quotes is one word.</summary>
    private static string[] Words(string line) =>
        [.. line.Split('\'').SelectMany((part, index) => index % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
