using Lethe.Facts;
using Lethe.Facts.Views;

namespace Lethe.Tests.Facts.Views;

public sealed class KernelConfigurationTests
{
    [Fact]
    public void Options_are_read_as_they_stand_there()
    {
        KernelConfiguration built = Of(
            FactScope.Host,
            new Fact(
                "kernel:config",
                "#\n# Automatically generated file; DO NOT EDIT.\n#\nCONFIG_SWAP=y\nCONFIG_ZRAM=m\n# CONFIG_PAGE_POISONING is not "
                    + "set\nCONFIG_DEFAULT_HOSTNAME=\"(none)\"\nCONFIG_HZ=250\n",
                Source: "/proc/config.gz"
            )
        );
        Assert.Equal(
            ("y", "m", "n", "(none)", "250", "n"),
            (built["SWAP"], built["ZRAM"], built["PAGE_POISONING"], built["DEFAULT_HOSTNAME"], built["HZ"], built["NEVER_HEARD"])
        );
        Assert.Equal(("/proc/config.gz", 6), (built.Evidence("PAGE_POISONING")!.Source, built.Evidence("PAGE_POISONING")!.Line));
        Assert.Null(built.Evidence("NEVER_HEARD"));
        Assert.Equal((true, false), (built.Lacks("NEVER_HEARD"), built.Lacks("PAGE_POISONING")));
    }

    [Fact]
    public void Of_several_kernels_the_newest_counts()
    {
        string[] releases = ["6.1.0-9-amd64", "6.12.1-1-amd64", "6.9.7-1-amd64", "5.10.0-30-amd64"];
        Assert.Equal(
            "6.12.1-1-amd64",
            Of(FactScope.Root, [.. releases.Select(release => new Fact($"/boot/config-{release}", $"CONFIG_A=\"{release}\"\n"))])["A"]
        );
    }

    [Fact]
    public void Of_a_running_kernel_the_files_of_others_say_nothing() =>
        Assert.Null(Of(FactScope.Host, new Fact("/boot/config-6.1", "CONFIG_A=y\n"))["A"]);

    [Theory]
    [InlineData("")]
    [InlineData("garbage\nCONFIG\nCONFIG_")]
    [InlineData("# CONFIG_ is not")]
    public void What_says_nothing_of_options_makes_nothing_known(string text)
    {
        KernelConfiguration built = Of(FactScope.Host, new Fact("kernel:config", text));
        Assert.Equal((null, false), (built["SWAP"], built.Lacks("SWAP")));
        Assert.NotNull(built.Problem);
    }

    [Fact]
    public void Of_a_configuration_that_was_cut_only_what_stands_there_is_known()
    {
        KernelConfiguration built = Of(
            FactScope.Host,
            new Fact("kernel:config", "CONFIG_A=y\n", Problem: "only its first 11 bytes were read")
        );
        Assert.Equal(("y", null, false), (built["A"], built["B"], built.Lacks("B")));
    }

    private static KernelConfiguration Of(FactScope scope, params Fact[] facts) =>
        KernelConfiguration.Of(new HostFacts("test", scope, [], facts));
}
