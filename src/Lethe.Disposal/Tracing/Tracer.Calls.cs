using Lethe.Linux;

namespace Lethe.Disposal.Tracing;

/// <content>System calls that the filter stops.</content>
internal sealed partial class Tracer
{
    // linux/falloc.h.
    private const ulong PunchHole = 2, KeepSize = 1;

    private bool warned, commanded;

    private void Called(TracedTask task)
    {
        bool execute = false;
        if (TryGetMessage(task, out ulong reason))
        {
            execute = reason == StopReason.Execute;
            commanded |= execute;
            if (execute) BeforeExecute(task);
            else if (kernel.TryGetRegisters(task.Id, out Registers registers)) BeforeCall(task, (int)reason, registers);
        }

        GoOn(task, untilCallReturns: execute);
    }

    private static void ExecuteFailed(TracedTask task)
    {
        task.EndToExecute();
        task.Leaving?.Dispose();
        task.Leaving = null;
    }

    private void BeforeExecute(TracedTask task)
    {
        ExecuteFailed(task);
        task.BeginToExecute();
        // Memory that another process uses as well (vfork) lives on with that one, unless it is about to leave it too.
        AddressSpace space = task.Space!;
        if (space.Users > 1
            && tasks.Values.Count(
                other => other.Space == space && !other.Exiting && (other.Executing || other.Process == task.Process)) < space.Users)
        {
            return;
        }

        // The number of a process whose first thread has ended leads to no memory, and that of the executing thread will vanish.
        bool firstEnded = task.Id != task.Process && (!tasks.TryGetValue(task.Process, out TracedTask? leader) || leader.Exiting);
        task.Leaving = TryHold(firstEnded ? task.Id : task.Process, remember: firstEnded);
    }

    private void BeforeCall(TracedTask task, int reason, in Registers call)
    {
        switch (reason)
        {
            case StopReason.Unmap: GiveBack(task, call.First, call.Second); break;
            case StopReason.MapOver when CanMapOver(task, call): GiveBack(task, call.First, call.Second); break;
            case StopReason.Advise when !HasLockedMemory(task.Process):
                GiveBack(task, call.First, call.Second, anonymousOnly: call.Third == MemoryCalls.MADV_FREE);
                break;
            case StopReason.Advise: report.Count.Unreached += (long)call.Second; break;
            case StopReason.Break: MoveBreak(task, call.First); break;
            case StopReason.Remap: Remap(task, call); break;
            case StopReason.RemoveShared: RemoveShared(task, call.First, call.Second); break;
            case StopReason.Truncate: Cut(task, (int)call.First, (long)call.Second, long.MaxValue); break;
            case StopReason.TruncatePath: CutPath(task, call.First, (long)call.Second); break;
            // Without "keep size" the kernel refuses to punch (vfs_fallocate).
            case StopReason.Punch when call.Second == (PunchHole | KeepSize):
                Cut(task, (int)call.First, (long)call.Third, (long)(call.Third + call.Fourth));
                break;
            case StopReason.DetachSegment: KeepObjects(task); break;
            case StopReason.RemoveSegment: RemoveSegment(task, (int)call.First); break;
            case StopReason.Mount: OpenFileSystem(task, call.Third); break;
            case StopReason.OpenFileSystem: OpenFileSystem(task, call.First); break;
            case StopReason.Unmount: Unmount(task, call.First); break;
            case StopReason.NewMounts: report.MountNamespaces++; break;
            case StopReason.Trace when !warned:
                warned = true;
                notice(
                    $"process {task.Process} asked to trace another one; debuggers do not work here, as each process of the workload has "
                        + "a tracer already"
                );
                break;
        }
    }
}
