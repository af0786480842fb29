using Lethe.Cli.Commands;

namespace Lethe.Tests.Cli;

/// <summary>What is said of a command line that is wrong.</summary>
public sealed class UsageErrorTests
{
    [Theory]
    [InlineData("frobnicate", "there is no command 'frobnicate'", "lethe --help")]
    [InlineData("prov", "there is no command 'prov'", "prove")]
    [InlineData("certificate lisst", "there is no command 'lisst'", "list")]
    [InlineData("scan x --secretz", "lethe scan has no option --secretz", "--secrets")]
    [InlineData("scan --secretz x", "lethe scan has no option --secretz", "--secrets")]
    [InlineData("prove --medum=swap", "lethe prove has no option --medum=swap", "--medium")]
    [InlineData("run --strikt -- true", "lethe run has no option --strikt", "--strict")]
    [InlineData("certificate show --jsn x", "lethe certificate show has no option --jsn", "--json")]
    [InlineData("audit --threshold", "--threshold needs a value", "lethe audit --help")]
    [InlineData("prove --jobs many", "--jobs many is not possible", "lethe prove --help")]
    [InlineData("audit --threshold lots", "--threshold lots is not possible", "give one of high, low, medium")]
    [InlineData("scan", "SOURCE is missing", "lethe scan --help")]
    [InlineData("prove extra", "lethe prove takes no further word: 'extra'", "lethe prove --help")]
    public void The_error_names_what_is_wrong_and_the_hint_the_nearest_right_one(string line, string message, string hint)
    {
        UsageError? error = Find(line);
        Assert.NotNull(error);
        Assert.StartsWith(message, error.Message);
        Assert.Contains(hint, error.Hint);
    }

    [Theory]
    [InlineData("scan a.raw --secrets")]
    [InlineData("scan -")]
    [InlineData("scan -- --strange-name")]
    [InlineData("audit --all")]
    [InlineData("run --strict")]
    [InlineData("certificate list")]
    public void Nothing_is_wrong_with_what_is_right(string line) => Assert.Null(Find(line));

    private static UsageError? Find(string line)
    {
        string[] words = line.Split(' ');
        return UsageError.Find(CommandTree.Create().Parse(words), words);
    }
}
