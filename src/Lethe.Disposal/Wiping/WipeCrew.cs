using Lethe.Linux;

namespace Lethe.Disposal.Wiping;

/// <summary>A few threads that do one thing together. They exist beforehand, as memory may be short when they are needed.</summary>
internal sealed class WipeCrew : IDisposable
{
    private readonly Semaphore work = new(0, int.MaxValue);
    private readonly CountdownEvent done = new(1);
    private readonly int helpers;
    private Action? job;
    private volatile bool ending;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many work at once, the caller's own included.</param>
    public WipeCrew(int threads)
    {
        helpers = threads - 1;
        for (int index = 0; index < helpers; index++) new Thread(Help) { IsBackground = true, Name = "wipe" }.Start();
    }

    /// <summary>Runs the same action on every thread, the caller's included, and returns when all are done.</summary>
    public void Run(Action action)
    {
        job = action;
        done.Reset(helpers + 1);
        if (helpers > 0) work.Release(helpers);
        action();
        done.Signal();
        done.Wait();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ending = true;
        if (helpers > 0) work.Release(helpers);
    }

    private void Help()
    {
        _ = Scheduling.TryBecomeRealTime();
        while (true)
        {
            work.WaitOne();
            if (ending) return;
            job!();
            done.Signal();
        }
    }
}
