using System.Runtime.InteropServices;
using Lethe.Disposal;
using Lethe.Linux;

namespace Lethe.Cli.Run;

/// <summary>
/// Hands signals to the command; the second one that asks for an end kills it, which is wiped like any other end. Ctrl-C
/// on a terminal reaches the command by itself, as it is in the same foreground process group.
/// </summary>
internal sealed class SignalForwarding : IDisposable
{
    private const int SIGKILL = 9, SIGCONT = 18;

    // The tracer has to hand on first what stopped the workload, or it would stop it again.
    private const int SettleMs = 50;
    private readonly List<PosixSignalRegistration> registrations = [];
    private int asked;

    public SignalForwarding(DisposalSession session)
    {
        // signal(7), x86-64: the ones that are sent to a command to tell it something.
        foreach ((PosixSignal signal, int number, bool ends) in new[]
        {
            (PosixSignal.SIGINT, 2, true), (PosixSignal.SIGTERM, 15, true), (PosixSignal.SIGHUP, 1, true), (PosixSignal.SIGQUIT, 3, true),
            ((PosixSignal)10, 10, false), ((PosixSignal)12, 12, false),
        })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                // The terminal has told the command as well, which may live on: a shell does.
                if (number is 2 or 3 && session.HasBegun && ControllingTerminal.IsOurs()) return;
                if (ends && Interlocked.Increment(ref asked) > 1) session.Signal(SIGKILL);
                else session.Signal(number);
            }));
        }

        // Stopped on a terminal and told to go on (fg, bg): the whole group was told, but lethe's own stop came between the
        // workload and its stop signal, which it gets only now.
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, context =>
        {
            // .NET would set the terminal's attributes, which in the background stops the whole group again.
            context.Cancel = true;
            Thread.Sleep(SettleMs);
            ControllingTerminal.SignalOthersOfGroup(SIGCONT);
        }));
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
    }
}
