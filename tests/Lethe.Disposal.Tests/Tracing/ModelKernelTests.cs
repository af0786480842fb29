using Lethe.Disposal.Tracing;

namespace Lethe.Tests.Disposal.Tracing;

/// <summary>The model notices what it is there to notice: kernels that no kernel is like, and reports that lie.</summary>
public sealed class ModelKernelTests
{
    [Fact]
    public void Memory_that_is_freed_before_its_exit_stop_ends_is_noticed() =>
        Assert.Contains(Problems(Family, new Flaws { FreesEarly = true }), problem =>
            problem.StartsWith("nothing stood in the way", StringComparison.Ordinal));

    [Fact]
    public void Memory_that_is_wiped_while_another_uses_it_is_noticed() =>
        Assert.Contains(Problems(Family, new Flaws { HidesSharing = true }), problem =>
            problem.Contains("is wiped while", StringComparison.Ordinal));

    [Fact]
    public void A_task_that_is_left_standing_is_noticed()
    {
        InvalidOperationException left = Assert.Throws<InvalidOperationException>(() =>
            TracerTrial.Run(Family, new Flaws { ForgetsOneContinue = true }));
        Assert.StartsWith("left: ", left.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_tells_another_number_is_noticed()
    {
        (TracerReport report, ModelKernel kernel) = TracerTrial.Run(Family);
        Assert.Empty(kernel.Judge(report, faultless: true));
        report.Tasks++;
        report.Executions++;
        report.CoreDumps++;
        report.MountNamespaces++;
        report.Status = 1;
        report.Unordered++;
        Assert.Equal(6, kernel.Judge(report, faultless: true).Count);
    }

    [Fact]
    public void A_report_that_conceals_what_was_missed_is_noticed()
    {
        (TracerReport report, ModelKernel kernel) = TracerTrial.Run(Family, new Flaws { ShortOfDescriptors = () => true });
        Assert.Empty(kernel.Judge(report, faultless: false));
        report.Unopened--;
        Assert.Single(kernel.Judge(report, faultless: false));
    }

    // A parent that ends before the child that it shares its memory with.
    private static IEnumerable<ModelTask?> Family(ModelKernel kernel)
    {
        ModelTask child = kernel.Give(kernel.First, Birth.SharingMemory);
        yield return kernel.First;
        kernel.Arrive(child);
        yield return child;
        kernel.Call(kernel.First, StopReason.NewMounts);
        yield return kernel.First;
        if (kernel.First.Activity != Activity.Runs) yield break;
        kernel.Exit(kernel.First);
        yield return kernel.First;
    }

    private static IReadOnlyList<string> Problems(Func<ModelKernel, IEnumerable<ModelTask?>> history, Flaws flaws)
    {
        (TracerReport report, ModelKernel kernel) = TracerTrial.Run(history, flaws);
        return kernel.Judge(report, faultless: true);
    }
}
