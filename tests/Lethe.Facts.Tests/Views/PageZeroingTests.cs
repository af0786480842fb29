using Lethe.Facts;
using Lethe.Facts.Views;

namespace Lethe.Tests.Facts.Views;

/// <summary>The kernels that were booted and dumped for the ground truth, as their facts, and what they did.</summary>
public sealed class PageZeroingTests
{
    // Debian 12: the cloud kernel has no poisoning, the full one has.
    private const string Cloud =
        "# CONFIG_PAGE_POISONING is not set\nCONFIG_INIT_ON_ALLOC_DEFAULT_ON=y\n# CONFIG_INIT_ON_FREE_DEFAULT_ON is not set\n";
    private const string Full = "CONFIG_PAGE_POISONING=y\nCONFIG_INIT_ON_ALLOC_DEFAULT_ON=y\n# CONFIG_INIT_ON_FREE_DEFAULT_ON is not set\n";
    private const string Old = "CONFIG_SWAP=y\n# CONFIG_PAGE_POISONING is not set\n";
    private const string Precedence =
        "<6>[    0.022771] mem auto-init: CONFIG_PAGE_POISONING is on, will take precedence over init_on_alloc and init_on_free\n";

    [Theory]
    [InlineData("a", Cloud, "init_on_alloc=0 init_on_free=0", "off", "off", "", false, false, false)]
    [InlineData("b", Cloud, "quiet", "on", "off", "", false, true, false)]
    [InlineData("c", Cloud, "init_on_free=1", "on", "on", "", true, true, false)]
    [InlineData("d", Full, "page_poison=1", "off", "off", Precedence, false, false, true)]
    [InlineData("p", Full, "page_poison=1 slub_debug=P init_on_alloc=0 init_on_free=0", "off", "off", "", false, false, true)]
    [InlineData("page_poison=1 init_on_free=1", Full, "page_poison=1 init_on_free=1", "off", "off", Precedence, false, false, true)]
    [InlineData("c, full", Full, "init_on_free=1", "on", "on", "", true, true, false)]
    [InlineData("page_poison=1, cloud", Cloud, "page_poison=1 init_on_free=1", "on", "on", "", true, true, false)]
    public void The_kernels_of_the_ground_truth_are_told_by_their_log_and_without_it(
        string kernel,
        string configuration,
        string parameters,
        string allocation,
        string freeing,
        string poisoning,
        bool onFree,
        bool onAllocation,
        bool poisons
    )
    {
        string log =
            $"<5>[    0.000000] Linux version 6.1.0\n{poisoning}<6>[    0.022773] mem auto-init: stack:off, heap alloc:{allocation}, heap "
                + $"free:{freeing}\n";
        Fact line = new("/proc/cmdline", parameters + "\n"),
            built = new("kernel:config", configuration),
            said = new("kernel:log", log, Source: "kernel log");
        foreach (Fact[] facts in (Fact[][])[[line, built, said], [line, built]])
        {
            PageZeroing zeroing = Of(FactScope.Host, facts);
            Assert.Equal(
                (kernel, (bool?)onFree, (bool?)onAllocation, (bool?)poisons, null),
                (kernel, zeroing.OnFree, zeroing.OnAllocation, zeroing.Poisons, zeroing.Needed)
            );
            Assert.NotEmpty(zeroing.Evidence);
        }

        // The same, of a file system at rest.
        PageZeroing configured = Of(
            FactScope.Root,
            new Fact("/etc/default/grub", $"GRUB_CMDLINE_LINUX=\"{parameters}\"\n"),
            new Fact("/boot/config-6.1.0", configuration)
        );
        Assert.Equal(
            (kernel, (bool?)onFree, (bool?)onAllocation, (bool?)poisons),
            (kernel, configured.OnFree, configured.OnAllocation, configured.Poisons)
        );
    }

    [Fact]
    public void The_log_is_believed_before_the_command_line()
    {
        PageZeroing zeroing = Of(
            FactScope.Host,
            new Fact("/proc/cmdline", "init_on_free=1"),
            new Fact("kernel:config", Cloud),
            new Fact("kernel:log", "[    0.02] mem auto-init: stack:off, heap alloc:on, heap free:off")
        );
        Assert.False(zeroing.OnFree);
        Assert.Equal("kernel:log", zeroing.Evidence[0].Source);
    }

    [Theory]
    [InlineData("<6>[    9.1] usb 1-1: Product: mem auto-init: stack:off, heap alloc:on, heap free:on")]
    [InlineData("<6>[    9.1] sh[7]: mem auto-init: stack:off, heap free:on")]
    [InlineData("<6")]
    public void A_name_in_the_log_is_not_the_kernels_word(string forged)
    {
        Assert.False(
            Of(
                FactScope.Host,
                new Fact("kernel:log", $"<6>[    0.0] [    T0] mem auto-init: stack:off, heap alloc:on, heap free:off\n{forged}\n")
            ).OnFree
        );
        Assert.Null(Of(FactScope.Host, new Fact("kernel:log", forged)).OnFree);
    }

    [Fact]
    public void Zeroing_that_is_off_in_the_log_may_be_poisoning_until_the_parameters_say_no()
    {
        var log = new Fact("kernel:log", "[    0.02] mem auto-init: stack:off, heap alloc:off, heap free:off");
        Assert.Equal(
            (false, null, true),
            (Of(FactScope.Host, log) is var alone ? alone.OnFree : null, alone.Poisons, alone.Needed is not null)
        );
        Assert.False(Of(FactScope.Host, log, new Fact("/proc/cmdline", "quiet")).Poisons);
        Assert.Null(Of(FactScope.Host, log, new Fact("/proc/cmdline", "page_poison=1")).Poisons);
    }

    [Fact]
    public void Without_log_and_parameters_nothing_is_known()
    {
        PageZeroing zeroing = Of(FactScope.Host, new Fact("kernel:config", Cloud), new Fact("/proc/cmdline", Problem: "permission denied"));
        Assert.Equal((null, null), (zeroing.OnFree, zeroing.OnAllocation));
        Assert.Contains("permission denied", zeroing.Needed, StringComparison.Ordinal);
        // What the kernel does by itself is in its configuration.
        Assert.Null(Of(FactScope.Host, new Fact("/proc/cmdline", "quiet")).OnFree);
    }

    [Fact]
    public void A_kernel_that_does_not_know_the_parameter_does_not_obey_it() =>
        Assert.False(Of(FactScope.Host, new Fact("/proc/cmdline", "init_on_free=1"), new Fact("kernel:config", Old)).OnFree);

    [Fact]
    public void Of_several_boot_loaders_the_one_that_leaves_most_counts()
    {
        Fact good = new("/boot/loader/entries/a.conf", "options init_on_free=1\n"),
            bad = new("/boot/loader/entries/b.conf", "options quiet\n"),
            built = new("/boot/config-6.1", Cloud);
        Assert.True(Of(FactScope.Root, good, built).OnFree);
        Assert.False(Of(FactScope.Root, good, bad, built).OnFree);
        Assert.False(Of(FactScope.Root, bad, good, built).OnFree);
    }

    private static PageZeroing Of(FactScope scope, params Fact[] facts) => PageZeroing.Of(new HostFacts("test", scope, [], facts));
}
