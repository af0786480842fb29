using Lethe.Linux;

namespace Lethe.Tests.Linux;

/// <summary>Control groups of this machine, whatever it has of them.</summary>
public sealed class ControlGroupTests
{
    [Fact]
    public void What_is_expected_by_reading_is_what_is_made()
    {
        string? expected = ControlGroup.ExpectedSwapSeal();
        using ControlGroup? made = ControlGroup.TryCreate($"lethe-test-{Environment.ProcessId}");
        Assert.Equal(made?.SwapSeal, expected);
    }
}
