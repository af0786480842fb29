using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Pseudo-terminals full of zeros, written in pieces of several sizes. Each piece makes a buffer of its own size
/// (drivers/tty/tty_buffer.c).
/// </summary>
internal sealed class TerminalFiller : ZeroObjects
{
    private const int Most = 50;
    private static readonly int[] Pieces = [100, 512, 1024, 2048];

    public override long Take(ScrubGuard guard)
    {
        long taken = 0;
        byte[] zeros = new byte[Pieces[^1]];
        try
        {
            for (int count = 0; count < Most && guard.Allows(1 << 20); count++)
            {
                PseudoTerminal terminal = Hold(new PseudoTerminal());
                taken += Sending.Repeatedly(terminal.Controller, zeros.AsSpan(0, Pieces[count % Pieces.Length]));
            }
        }
        catch (LinuxException failure) when (IsLimit(failure))
        {
            // devpts is not mounted, or there are no more terminals.
        }

        return taken;
    }
}
