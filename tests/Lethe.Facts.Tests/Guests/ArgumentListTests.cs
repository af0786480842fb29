using FsCheck;
using FsCheck.Fluent;
using Lethe.Facts;
using Lethe.Facts.Guests;

namespace Lethe.Tests.Facts.Guests;

public sealed class ArgumentListTests
{
    [Theory]
    [InlineData("a b\tc\nd", new[] { "a", "b", "c", "d" })]
    [InlineData("a 'b c' \"d \\\"e\\\"\" f\\ g", new[] { "a", "b c", "d \"e\"", "f g" })]
    [InlineData("a \\\n  b # c 'd\ne", new[] { "a", "b", "e" })]
    [InlineData("a '' b#c", new[] { "a", "", "b#c" })]
    [InlineData("a 'b", new[] { "a", "b" })]
    [InlineData("a\\", new[] { "a" })]
    public void A_shell_s_words_are_a_program_s_arguments(string text, string[] expected) =>
        Assert.Equal(expected, Of(text).All.Select(argument => argument.Text));

    [Fact]
    public void Quoted_words_are_read_back() => Prop.ForAll<NonNull<string>[]>(words =>
    {
        string[] given = [.. words.Select(word => word.Get)];
        return given.SequenceEqual(
            Of(string.Join(' ', given.Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'")))
                .All.Select(argument => argument.Text)
        );
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Words_know_their_lines() =>
        Assert.Equal([1, 2, 2, 4], Of("a \\\n b 'c\nd'\ne").All.Select(argument => argument.Evidence.Line!.Value));

    [Fact]
    public void Options_have_values_after_a_space_or_an_equals_sign()
    {
        ArgumentList arguments = Of("x -a 1 --b=2 --c 3 4 -a 5 --flag -c");
        Assert.Equal(["1", "5"], arguments.Values("a").Select(value => value.Text));
        Assert.Equal(["2"], arguments.Values("b").Select(value => value.Text));
        Assert.Equal(["3", "4"], arguments.Values("c").Select(value => value.Text));
        Assert.Equal(["--b=2"], arguments.Values("b").Select(value => value.Evidence.Text));
        Assert.NotNull(arguments.Flag("flag"));
        Assert.Null(arguments.Flag("x"));
    }

    [Fact]
    public void Lists_escape_commas_by_doubling_them()
    {
        var list = PropertyList.Of("memory-backend-file,id=a,mem-path=/x,,y,share=on,pmem");
        Assert.Equal(("memory-backend-file", "/x,y", true, true), (list.Kind, list["mem-path"], list.Switch("share"), list.Switch("pmem")));
        Assert.Null(list.Switch("merge"));
        Assert.Equal("", PropertyList.Of("{broken").Kind);
    }

    private static ArgumentList Of(string text) =>
        ArgumentList.OfShell(new HostFacts("test", FactScope.Files, [], [new Fact("given:qemu/a", text)]).Read("given:qemu/a"));
}
