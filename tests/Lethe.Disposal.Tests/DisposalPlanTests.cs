using Lethe.Disposal.Planning;
using Lethe.Evidence;
using Lethe.Evidence.Certificates;
using Lethe.Linux;
using Lethe.Media.Matrix;
using Lethe.Media.ScratchStorage;
using Lethe.Media.Sealing;

namespace Lethe.Tests.Disposal;

/// <summary>What a run would do is a value: it is made and looked at without doing it.</summary>
public sealed class DisposalPlanTests
{
    private static readonly EffectiveState Zeroing = new(InitOnAlloc: true, InitOnFree: true, PagePoison: false);

    [Fact]
    public void Every_medium_that_can_be_sealed_is_in_it_in_the_order_of_the_matrix() =>
        Assert.Equal(MediaMatrix.Seals, PlanOf(new SealOptions()).Seals.Select(line => line.Seal));

    [Fact]
    public void What_stays_open_depends_on_what_is_wanted_and_on_the_kernel()
    {
        Assert.Contains("--strict closes it", Of("anonymous-memory", new SealOptions()).Gap);
        Assert.Null(Of("anonymous-memory", new SealOptions { Scrub = true }).Gap);
        Assert.Null(Of("anonymous-memory", new SealOptions(), Zeroing).Gap);
        Assert.Null(Of("anonymous-memory", new SealOptions { Strict = true }).Gap);
        Assert.NotNull(Of("kernel-buffers", new SealOptions()).OpenBecause);
        Assert.Null(Of("kernel-buffers", new SealOptions(), Zeroing).OpenBecause);
        Assert.NotNull(Of("memfd", new SealOptions { Memfd = MemfdPolicy.Allow }).OpenBecause);
    }

    [Fact]
    public void What_the_launcher_does_is_in_it()
    {
        Assert.Contains(
            new LaunchOrder.ForbidTransparentHugePages(),
            Of("anonymous-memory", new SealOptions { Strict = true }).LaunchOrders
        );
        Assert.Empty(Of("anonymous-memory", new SealOptions()).LaunchOrders);
    }

    [Fact]
    public void A_seal_that_is_left_out_does_nothing_and_says_so()
    {
        SealPlan plan = Of("core-dump", new SealOptions { Without = ["core-dump"] });
        Assert.Equal((null, "switched off with --without"), (plan.How, plan.Gap));
        Assert.Empty(plan.LaunchOrders);
    }

    [Fact]
    public void Private_places_are_for_root()
    {
        SealPlan plan = Of("tmpfs", new SealOptions { VolatileDirectories = ["/var/lib/mine", "/tmp"] });
        string[] places = ChildProcess.IsSuperuser ? ["/tmp", "/run/user", "/var/lib/mine"] : [];
        Assert.Equal(places, plan.FileSystems.Select(place => place.Directory));
        Assert.Equal(!ChildProcess.IsSuperuser, plan.OpenBecause is not null);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/etc/passwd")]
    [InlineData("/no/such/device")]
    public void A_scratch_directory_lies_in_a_directory_or_on_a_block_device(string place)
    {
        Assert.SkipUnless(ChildProcess.IsSuperuser, "others get none");
        Assert.Throws<ScratchException>(() => PlanOf(new SealOptions { ScratchBytes = 8 << 20, ScratchOn = place }));
    }

    private static DisposalPlan PlanOf(SealOptions options, EffectiveState? effective = null) =>
        DisposalPlan.Of(new SealConditions(WorkloadKind.ProcessTree, options, new HostState("6.1.0", "boot", effective)));

    private static SealPlan Of(string medium, SealOptions options, EffectiveState? effective = null) =>
        PlanOf(options, effective).Seals.Single(line => line.Seal.Medium.Name == medium).Plan;
}
