using Lethe.Disposal.Wiping;

namespace Lethe.Disposal.Keeping;

/// <summary>
/// Lets go, now and then while a workload runs, of objects that it has done with; otherwise a long run would fill memory.
/// </summary>
internal sealed class Sweeping : IDisposable
{
    private const int PauseMs = 500;
    private readonly ManualResetEventSlim stopped = new(false);
    private readonly Thread thread;

    /// <summary>Begins.</summary>
    public Sweeping(KeptObjects objects)
    {
        thread = new Thread(() =>
        {
            while (!stopped.Wait(PauseMs)) objects.Sweep();
        })
        { IsBackground = true, Name = "sweep" };
        thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopped.Set();
        thread.Join();
    }
}
