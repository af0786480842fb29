using Lethe.Linux;

namespace Lethe.Tests.Linux;

/// <summary>What main.c records of the state that lethe was started with; a workload gets it back.</summary>
public sealed class StartStateTests
{
    [Fact]
    public void Limits_and_signals_are_read()
    {
        StartState state = StartState.Parse("9:8388608:18446744073709551615,7:64:1024,0:0");
        Assert.Equal([new ResourceLimit(9, 8 << 20, ulong.MaxValue), new ResourceLimit(7, 64, 1024)], state.Limits);
        Assert.Equal([13, 25], state.DefaultSignals);
    }

    [Theory]
    [InlineData("1:1", new int[0])]
    [InlineData("1:0", new[] { 25 })]
    [InlineData("0:1", new[] { 13 })]
    // A program that starts without main.c: .NET alone ignores SIGPIPE.
    [InlineData("", new[] { 13 })]
    public void What_was_ignored_before_stays_so(string text, int[] defaults)
    {
        Assert.Equal(defaults, StartState.Parse(text).DefaultSignals);
        Assert.Empty(StartState.Parse(text).Limits);
    }

    [Theory]
    [InlineData("x,y")]
    [InlineData(",,,")]
    [InlineData("1:2,3:4:5:6,18446744073709551616,0")]
    [InlineData("99999999999:1:2,1:1")]
    public void Entries_of_another_form_are_passed_over(string text) => Assert.Empty(StartState.Parse(text).Limits);
}
