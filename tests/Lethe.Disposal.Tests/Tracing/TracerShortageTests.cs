using Lethe.Disposal.Tracing;
using Lethe.Linux;

namespace Lethe.Tests.Disposal.Tracing;

/// <summary>What cannot be wiped is told, and the task goes on all the same.</summary>
public sealed class TracerShortageTests
{
    [Fact]
    public void Memory_that_cannot_be_opened_is_told_and_not_counted_as_wiped()
    {
        var flaws = new Flaws { ShortOfDescriptors = () => true, CannotHold = () => true };
        (TracerReport report, ModelKernel kernel) = TracerTrial.Check(OneExecution, flaws, faultless: false);
        Assert.Equal((1, 1, 0L, 2), (report.Unopened, report.Unheld, report.Count.Wiped, kernel.Unwiped));
    }

    [Fact]
    public void Memory_that_cannot_be_held_is_told()
    {
        var flaws = new Flaws { CannotHold = () => true };
        (TracerReport report, ModelKernel kernel) = TracerTrial.Check(OneExecution, flaws, faultless: false);
        Assert.Equal((0, 1, 1), (report.Unopened, report.Unheld, kernel.Unwiped));
    }

    [Fact]
    public void An_execve_that_fails_after_its_memory_was_held_lets_it_go()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            kernel.Call(kernel.First, StopReason.Execute);
            yield return kernel.First;
            kernel.FailToExecute(kernel.First);
            yield return kernel.First;
            yield return null;
            Assert.Equal(0, kernel.First.Memory!.Holds);
        }

        (TracerReport report, ModelKernel kernel) = TracerTrial.Check(History);
        Assert.Equal((0, 1, 4096L), (report.Executions, kernel.Held, report.Count.Wiped));
    }

    [Fact]
    public void The_launchers_own_start_is_no_execution_of_the_workload()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            kernel.BeginToExecute(kernel.First);
            kernel.Execute(kernel.First);
            yield return kernel.First;
            foreach (ModelTask? heard in OneExecution(kernel)) yield return heard;
        }

        (TracerReport report, ModelKernel kernel) = TracerTrial.Run(History, new Flaws { FirstIsOurs = false });
        Assert.Equal((1, 0, 0), (report.Executions, report.Unheld, kernel.Unwiped));
        Assert.Null(report.Missed);
    }

    [Fact]
    public void A_kill_in_the_exit_stop_while_memory_is_wiped_is_told()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            kernel.Exit(kernel.First);
            kernel.Meanwhile = () => Break(kernel);
            yield return kernel.First;
        }

        static void Break(ModelKernel kernel)
        {
            kernel.Meanwhile = () => { };
            kernel.Kill(kernel.First.Process);
            kernel.Die(kernel.First);
        }

        (TracerReport report, ModelKernel kernel) = TracerTrial.Check(History);
        Assert.Equal((1, 1), (report.Unopened, kernel.Unwiped));
    }

    [Fact]
    public void A_death_that_takes_too_long_does_not_stop_the_others_and_is_told()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask child = kernel.Give(kernel.First, Birth.Fork);
            yield return kernel.First;
            kernel.Arrive(child);
            yield return child;
            kernel.Exit(child);
            yield return child;
            kernel.Exit(kernel.First);
            yield return kernel.First;
            yield return null;
            Assert.False(kernel.First.Memory!.Wiped);
            kernel.Pass(TimeSpan.FromSeconds(6));
            yield return null;
            yield return null;
            Assert.True(kernel.Overlapping > 0);
        }

        Assert.Equal(1, TracerTrial.Check(History, faultless: false).Report.Unordered);
    }

    [Fact]
    public void Without_wiping_everything_goes_on_as_it_would()
    {
        (TracerReport report, ModelKernel kernel) = TracerTrial.Run(OneExecution, wipe: false);
        Assert.Equal((0, 0L), (kernel.Opened, report.Count.Wiped));
    }

    [Fact]
    public void Signals_reach_their_tasks_and_a_stopped_process_goes_on_when_told_so()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            kernel.Signal(kernel.First, 10);
            yield return kernel.First;
            kernel.Signal(kernel.First, ProcessCalls.SIGSTOP);
            yield return kernel.First;
            yield return kernel.First;
            yield return null;
            Assert.Equal(Activity.Listens, kernel.First.Activity);
            kernel.GoOn(kernel.First.Process);
            yield return kernel.First;
            yield return null;
            Assert.Equal(Activity.Runs, kernel.First.Activity);
        }

        TracerTrial.Check(History);
    }

    private static IEnumerable<ModelTask?> OneExecution(ModelKernel kernel)
    {
        kernel.Call(kernel.First, StopReason.Execute);
        yield return kernel.First;
        kernel.BeginToExecute(kernel.First);
        kernel.Execute(kernel.First);
        yield return kernel.First;
    }
}
