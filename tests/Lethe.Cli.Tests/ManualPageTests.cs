using Lethe.Cli.Commands;

namespace Lethe.Tests.Cli;

/// <summary>The manual pages that are delivered are those of the command tree.</summary>
public sealed class ManualPageTests
{
    private static readonly string Directory = Path.Combine(SourceTree.Root, "docs/man");

    private static readonly string[] Names = [.. ManualPage.All(CommandTree.Create()).Select(page => page.Name)];

    public static TheoryData<string> Pages => [.. Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_says_what_the_command_does(string name)
    {
        string page = ManualPage.Write(name, ManualPage.All(CommandTree.Create()).Single(one => one.Name == name).Command);
        string file = Path.Combine(Directory, $"{name}.1");
        if (Environment.GetEnvironmentVariable("LETHE_WRITE_MANUAL") is not null) File.WriteAllText(file, page);
        Assert.True(page == File.ReadAllText(file), $"{file} is not what the command tree says; make manual writes it anew");
    }

    [Fact]
    public void There_is_no_page_of_a_command_that_is_gone() =>
        Assert.Equal(Names.Order(), System.IO.Directory.GetFiles(Directory).Select(Path.GetFileNameWithoutExtension).Order());
}
