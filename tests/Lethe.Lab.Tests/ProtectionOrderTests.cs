using Lethe.Lab.Guest;
using Lethe.Lab.Machine;

namespace Lethe.Tests.Lab;

public sealed class ProtectionOrderTests
{
    [Theory]
    [InlineData("--strict")]
    [InlineData("--strict --without swap")]
    [InlineData("")]
    public void The_options_of_lethe_run_reach_the_guest(string options)
    {
        Assert.True(ProtectionOrder.CanCarry(options));
        Assert.Equal(options, ProtectionOrder.OptionsIn(CommandLine(options)));
        Assert.EndsWith(" init_on_free=1", CommandLine(options));
    }

    [Fact]
    public void Without_them_the_workload_runs_by_itself()
    {
        Assert.Null(ProtectionOrder.OptionsIn(CommandLine(null)));
        Assert.Equal(["guest-workload"], ProtectionOrder.Arguments(null));
    }

    [Theory]
    [InlineData("--strict\" init=/bin/sh")]
    [InlineData("--strict\n")]
    [InlineData("--label ü")]
    public void What_the_kernel_would_read_otherwise_is_not_handed_over(string options) => Assert.False(ProtectionOrder.CanCarry(options));

    [Fact]
    public void The_workload_gets_the_places_that_routes_plant_in() => Assert.Equal(
        "run --strict --without swap --volatile /mnt/tmpfs --volatile /mnt/names --scratch 64M --scratch-on /dev/vda --no-certificate -- "
            + "/bin/lethe guest-workload",
        string.Join(' ', ProtectionOrder.Arguments("--strict --without swap")));

    private static string CommandLine(string? options) =>
        new MachineSpecification("bzImage", "image", "init_on_free=1", 512 << 20, 64 << 20, "tcg", "tools", options)
            .Arguments("ram", "scratch", "swap", "persistent", incoming: false)
            .SkipWhile(argument => argument != "-append").ElementAt(1);
}
