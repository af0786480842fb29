using Lethe.Disposal.Tracing;

namespace Lethe.Tests.Disposal.Tracing;

/// <summary>Births, executions and exits in the orders that are hard to meet with real processes.</summary>
public sealed class TracerOrderTests
{
    [Fact]
    public void A_child_that_is_heard_of_before_its_parent_says_so_waits_for_that()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask child = kernel.Give(kernel.First, Birth.Fork);
            kernel.Arrive(child);
            yield return child;
            Assert.Equal(Activity.Stands, child.Activity);
            yield return kernel.First;
            yield return null;
            Assert.Equal(Activity.Runs, child.Activity);
        }

        Assert.Equal(2, TracerTrial.Check(History).Report.Tasks);
    }

    [Fact]
    public void A_child_whose_parent_was_killed_before_it_said_so_goes_on_after_a_while()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask parent = kernel.Give(kernel.First, Birth.Fork);
            yield return kernel.First;
            kernel.Arrive(parent);
            yield return parent;
            ModelTask child = kernel.Give(parent, Birth.Fork);
            kernel.Kill(parent.Process);
            kernel.Arrive(child);
            yield return child;
            for (int look = 0; look < 100 && child.Activity == Activity.Stands; look++) yield return null;
            Assert.Equal(Activity.Runs, child.Activity);
        }

        TracerTrial.Check(History);
    }

    [Fact]
    public void Memory_of_a_killed_parent_is_left_to_the_child_that_shares_it_and_was_heard_of()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask child = kernel.Give(kernel.First, Birth.VirtualFork);
            kernel.Arrive(child);
            yield return child;
            kernel.Kill(kernel.First.Process);
            kernel.Arrive(kernel.First);
            yield return kernel.First;
        }

        TracerTrial.Check(History);
    }

    [Fact]
    public void A_kill_while_a_call_is_looked_at_lets_no_exit_pass_unseen()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            kernel.Call(kernel.First, StopReason.Execute);
            kernel.Meanwhile = () =>
            {
                kernel.Meanwhile = () => { };
                kernel.Kill(kernel.First.Process);
                kernel.Arrive(kernel.First);
            };
            yield return kernel.First;
            yield return kernel.First;
        }

        Assert.Null(TracerTrial.Check(History).Report.Missed);
    }

    [Fact]
    public void An_exit_status_is_not_taken_for_the_number_of_a_child()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask other = kernel.Give(kernel.First, Birth.Thread);
            yield return kernel.First;
            kernel.Arrive(other);
            yield return other;
            ModelTask child = kernel.Give(other, Birth.Fork);
            kernel.Meanwhile = () =>
            {
                kernel.Meanwhile = () => { };
                // Some other process of this machine has that number.
                kernel.ExitAll(kernel.First, 1 << 8);
                kernel.Arrive(other);
            };
            yield return other;
            yield return other;
            Assert.False(child.Known);
        }

        Assert.Equal(3, TracerTrial.Check(History).Report.Tasks);
    }

    [Fact]
    public void A_child_that_shares_memory_and_executes_leaves_it_to_its_parent()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask child = kernel.Give(kernel.First, Birth.VirtualFork);
            yield return kernel.First;
            kernel.Arrive(child);
            yield return child;
            kernel.Call(child, StopReason.Execute);
            yield return child;
            kernel.BeginToExecute(child);
            kernel.Execute(child);
            yield return child;
            Assert.Equal(Activity.Runs, kernel.First.Activity);
        }

        (TracerReport report, ModelKernel kernel) = TracerTrial.Check(History);
        Assert.Equal((1, 0, 2L * 4096), (report.Executions, kernel.Held, report.Count.Wiped));
    }

    [Fact]
    public void Memory_whose_other_user_ends_while_a_child_is_inside_execve_is_held_for_it()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask child = kernel.Give(kernel.First, Birth.SharingMemory);
            yield return kernel.First;
            kernel.Arrive(child);
            yield return child;
            kernel.Call(child, StopReason.Execute);
            yield return child;
            kernel.BeginToExecute(child);
            kernel.Exit(kernel.First);
            yield return kernel.First;
            kernel.Execute(child);
            yield return child;
        }

        Assert.Equal(0, TracerTrial.Check(History).Report.Unheld);
    }

    [Fact]
    public void Held_memory_that_a_child_shares_since_then_is_left_to_it()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask other = kernel.Give(kernel.First, Birth.Thread);
            yield return kernel.First;
            kernel.Arrive(other);
            yield return other;
            kernel.Call(other, StopReason.Execute);
            yield return other;
            ModelTask child = kernel.Give(kernel.First, Birth.VirtualFork);
            yield return kernel.First;
            kernel.Arrive(child);
            yield return child;
            kernel.BeginToExecute(other);
            kernel.Arrive(kernel.First);
            yield return kernel.First;
            kernel.Die(kernel.First);
            kernel.Die(kernel.First);
            kernel.Execute(other);
            yield return other;
            Assert.Contains(child, child.Memory!.Users);
        }

        (TracerReport report, ModelKernel kernel) = TracerTrial.Check(History);
        Assert.Equal((1, 1), (report.Executions, kernel.Held));
    }

    [Fact]
    public void A_leader_that_has_ended_does_not_hide_the_memory_of_its_threads()
    {
        static IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask other = kernel.Give(kernel.First, Birth.Thread);
            yield return kernel.First;
            kernel.Arrive(other);
            yield return other;
            kernel.Exit(kernel.First);
            yield return kernel.First;
            kernel.Die(kernel.First);
            kernel.Die(kernel.First);
            kernel.Call(other, StopReason.DetachSegment);
            yield return other;
            kernel.Call(other, StopReason.Execute);
            yield return other;
            kernel.BeginToExecute(other);
            kernel.Execute(other);
            yield return other;
            kernel.ExitAll(other, 7 << 8);
            yield return other;
        }

        (TracerReport report, ModelKernel kernel) = TracerTrial.Check(History);
        Assert.Equal((7 << 8, 1, 1), (report.Status, kernel.KeptObjects, kernel.Held));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_thread_that_executes_takes_the_number_of_its_process_also_when_it_is_killed_at_that_moment(bool killed)
    {
        IEnumerable<ModelTask?> History(ModelKernel kernel)
        {
            ModelTask other = kernel.Give(kernel.First, Birth.Thread);
            yield return kernel.First;
            kernel.Arrive(other);
            yield return other;
            kernel.Call(other, StopReason.Execute);
            yield return other;
            kernel.BeginToExecute(other);
            kernel.Arrive(kernel.First);
            yield return kernel.First;
            kernel.Die(kernel.First);
            kernel.Die(kernel.First);
            kernel.Execute(other);
            if (killed) kernel.Kill(other.Process);
            else yield return other;
        }

        (TracerReport report, _) = TracerTrial.Check(History);
        Assert.Equal((2, 1, 2L * 4096), (report.Tasks, report.Executions, report.Count.Wiped));
        Assert.Null(report.Missed);
    }
}
