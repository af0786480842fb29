using Lethe.Evidence;
using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;

namespace Lethe.Lab.Proof;

/// <summary>
/// One kernel with one set of options, with or without <c>lethe run</c>: booted when first needed, frozen, and copied for each route.
/// </summary>
/// <param name="specification">What the machine is.</param>
/// <param name="bootLimit">How long its kernel may take to start the guest program.</param>
internal sealed class Bench(MachineSpecification specification, TimeSpan bootLimit) : IDisposable
{
    private readonly SemaphoreSlim booting = new(1);
    private (Snapshot Snapshot, GuestState State)? ready;

    /// <summary>The frozen machine.</summary>
    /// <exception cref="LabException">The kernel does not reach the guest program.</exception>
    public async Task<(Snapshot Snapshot, GuestState State)> Snapshot(CancellationToken cancel)
    {
        await booting.WaitAsync(cancel);
        try
        {
            return ready ??= await BootTwice(cancel);
        }
        finally
        {
            booting.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ready?.Snapshot.Dispose();
        booting.Dispose();
    }

    /// <summary>A machine that is lost says nothing about the kernel at first; the second time it does.</summary>
    private async Task<(Snapshot Snapshot, GuestState State)> BootTwice(CancellationToken cancel)
    {
        try
        {
            return await Boot(cancel);
        }
        catch (LostMachineException)
        {
            return await BootOrExplain(cancel);
        }
    }

    private async Task<(Snapshot Snapshot, GuestState State)> Boot(CancellationToken cancel)
    {
        (VirtualMachine machine, GuestState state) = await VirtualMachine.Boot(specification, bootLimit, cancel);
        await using (machine) return (await machine.Freeze(cancel), state);
    }

    private async Task<(Snapshot Snapshot, GuestState State)> BootOrExplain(CancellationToken cancel)
    {
        try
        {
            return await Boot(cancel);
        }
        catch (LostMachineException lost)
        {
            string console = string.Join('\n', lost.ConsoleTail.Select(line => "  " + Printable.Of(line)));
            string underRun = specification.ProtectedWith is { } given ? $", its workload under lethe run {given}".TrimEnd() : "";
            throw new LabException(
                $"kernel {Printable.Of(specification.Kernel)} with options '{Printable.Of(specification.Options)}'{underRun}: "
                    + $"{Printable.Of(lost.Message)}",
                console.Length == 0 ? "its console stayed empty" : $"the last lines of its console:\n{console}",
                ExitCode.OperationalError);
        }
    }
}
