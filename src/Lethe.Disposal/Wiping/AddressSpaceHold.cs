using Lethe.Linux;

namespace Lethe.Disposal.Wiping;

/// <summary>
/// Keeps an address space from being freed: a thread writes to it from a page that is not there, so that the kernel
/// holds it (mm_users) while the thread sleeps on that page. Nothing of it can be seen by the process.
/// </summary>
internal sealed unsafe class AddressSpaceHold : IDisposable
{
    private const int SettleMs = 200;
    private readonly Userfault fault = new();
    private readonly Semaphore wanted = new(0, int.MaxValue);
    private readonly Semaphore released = new(0, int.MaxValue);
    private readonly Action hold;
    private AddressSpaceFiles? held;
    private volatile bool ending;

    /// <summary>Starts the thread.</summary>
    /// <exception cref="LinuxException">Faults of the kernel are not for this user.</exception>
    public AddressSpaceHold()
    {
        // SAFETY: one byte is asked for, and the page has it. Only the kernel reads it: where the page is gone, the call fails.
        hold = () => _ = ProcessMemory.Write(held!.Memory, fault.Page, 1, 0);
        new Thread(Serve) { IsBackground = true, Name = "hold" }.Start();
    }

    /// <summary>Begins to hold.</summary>
    /// <returns>Whether the hold stands.</returns>
    public bool TryBegin(AddressSpaceFiles files)
    {
        held = files;
        wanted.Release();
        if (fault.AwaitSleeper(SettleMs)) return true;
        Release();
        return false;
    }

    /// <summary>Lets go; when it returns, the kernel has freed the memory, unless somebody else uses it.</summary>
    public void Release()
    {
        fault.Wake();
        released.WaitOne();
        fault.Rearm();
        held = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ending = true;
        wanted.Release();
        fault.Dispose();
    }

    private void Serve()
    {
        _ = Scheduling.TryBecomeRealTime();
        while (true)
        {
            wanted.WaitOne();
            if (ending) return;
            // One zero byte to address 0, where nothing is mapped: the write itself fails and does no harm.
            // A signal would make the kernel try again and again.
            Scheduling.WithoutSignals(hold);
            released.Release();
        }
    }
}
