using Lethe.Disposal.Tracing;

namespace Lethe.Tests.Disposal.Tracing;

/// <summary>
/// A history made of choices: what tasks do, in what order the kernel lets them, whose event is heard when. Without choices everything
/// ends.
/// </summary>
internal sealed class GeneratedHistory(byte[] choices, bool kills)
{
    private const int MostTasks = 14;
    private static readonly int[] Reasons =
        [StopReason.Execute, StopReason.Execute, StopReason.Execute, StopReason.NewMounts, StopReason.DetachSegment, StopReason.Unmap];
    private int next;

    public IEnumerable<ModelTask?> Of(ModelKernel kernel)
    {
        kernel.LargeIsDone = () => Choose(3) != 1;
        if (kills) kernel.Meanwhile = () => Interrupt(kernel);
        while (next < choices.Length && kernel.Tasks.Any())
        {
            int choice = Choose(16);
            ModelTask[] unheard = [.. kernel.Tasks.Where(task => task.Unheard)];
            if (choice < 5 && unheard.Length > 0) yield return unheard[Choose(unheard.Length)];
            else if (choice == 5) yield return null;
            else if (choice == 6 && kills) KillOne(kernel);
            else Act(kernel);
        }
    }

    // Zero when there are no choices left: the first of what is possible.
    private int Choose(int below) => next < choices.Length ? choices[next++] % below : 0;

    private void KillOne(ModelKernel kernel)
    {
        ModelTask[] all = [.. kernel.Tasks];
        kernel.Kill(all[Choose(all.Length)].Process);
    }

    private void Interrupt(ModelKernel kernel)
    {
        if (Choose(24) != 23 || !kernel.Tasks.Any()) return;
        KillOne(kernel);
        // Some come to their exit stops at once.
        foreach (ModelTask task in kernel.Tasks.Where(task => task is { Doomed: true, Activity: Activity.Runs }).ToList())
        {
            if (Choose(2) == 1) kernel.Arrive(task);
        }
    }

    private void Act(ModelKernel kernel)
    {
        ModelTask[] able = [.. kernel.Tasks.Where(task =>
            task.Activity is Activity.Runs or Activity.Enters or Activity.Leaves or Activity.Listens || ModelKernel.CanExecute(task))];
        if (able.Length == 0) return;
        ModelTask task = able[Choose(able.Length)];
        switch (task.Activity)
        {
            case Activity.Leaves: kernel.Die(task); break;
            case Activity.Listens: kernel.GoOn(task.Process); break;
            case Activity.Executes: kernel.Execute(task); break;
            case Activity.Enters when Choose(3) == 0: kernel.FailToExecute(task); break;
            case Activity.Enters: kernel.BeginToExecute(task); break;
            default:
                if (task.New || task.Doomed) kernel.Arrive(task);
                else Run(kernel, task);
                break;
        }
    }

    private void Run(ModelKernel kernel, ModelTask task)
    {
        switch (Choose(16))
        {
            case 0: kernel.ExitAll(task, Choose(2) == 0 ? Choose(256) << 8 : 11 | 0x80); break;
            case 1: kernel.Exit(task); break;
            case 2: kernel.Signal(task, 10 + Choose(2) * 9); break;
            case < 7: kernel.Call(task, Reasons[Choose(Reasons.Length)]); break;
            case 7: task.Memory!.ResidentBytes = 64 << 20; break;
            default:
                if (kernel.Tasks.Count() < MostTasks) kernel.Give(task, (Birth)Choose(4));
                break;
        }
    }
}
