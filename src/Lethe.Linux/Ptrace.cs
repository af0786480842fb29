using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>
/// Tracing of other processes (ptrace(2)). All calls for one tracee have to come from the thread that seized it. Calls on a
/// tracee that is gone or not stopped return false. That can happen at any moment: a SIGKILL ends any stop.
/// </summary>
[CHeader("sys/ptrace.h")]
internal static unsafe partial class Ptrace
{
#pragma warning disable CS1591 // Names of ptrace(2).
    public const int PTRACE_CONT = 7;
    public const int PTRACE_GETREGS = 12;
    public const int PTRACE_SYSCALL = 24;
    public const int PTRACE_GETEVENTMSG = 0x4201;
    public const int PTRACE_GETSIGINFO = 0x4202;
    public const int PTRACE_SEIZE = 0x4206;
    public const int PTRACE_LISTEN = 0x4208;
    public const int PTRACE_O_TRACESYSGOOD = 1;
    public const int PTRACE_O_TRACEFORK = 2;
    public const int PTRACE_O_TRACEVFORK = 4;
    public const int PTRACE_O_TRACECLONE = 8;
    public const int PTRACE_O_TRACEEXEC = 0x10;
    public const int PTRACE_O_TRACEEXIT = 0x40;
    public const int PTRACE_O_TRACESECCOMP = 0x80;
    public const int PTRACE_O_EXITKILL = 0x100000;
    public const int PTRACE_EVENT_FORK = 1;
    public const int PTRACE_EVENT_VFORK = 2;
    public const int PTRACE_EVENT_CLONE = 3;
    public const int PTRACE_EVENT_EXEC = 4;
    public const int PTRACE_EVENT_EXIT = 6;
    public const int PTRACE_EVENT_SECCOMP = 7;
    public const int PTRACE_EVENT_STOP = 128;
#pragma warning restore CS1591

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static partial nint Call(int request, int task, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitFor(int process, int* status, int options);

    // bits/waitflags.h; __WNOTHREAD leaves the children of this process's other threads alone.
    private const int WNOHANG = 1, __WNOTHREAD = 0x20000000, __WALL = 0x40000000;

    /// <summary>Begins to trace a task, and what it starts as the options say.</summary>
    /// <exception cref="LinuxException">Not permitted, or it is traced already.</exception>
    public static void Seize(int task, int options) => Errno.Check(Call(PTRACE_SEIZE, task, 0, options), "ptrace PTRACE_SEIZE");

    /// <summary>Lets a stopped tracee go on.</summary>
    /// <param name="task">The tracee.</param>
    /// <param name="signal">A signal to deliver to it, or 0.</param>
    /// <param name="untilCallReturns">Stop again when its system call returns.</param>
    public static bool Continue(int task, int signal = 0, bool untilCallReturns = false) =>
        Call(untilCallReturns ? PTRACE_SYSCALL : PTRACE_CONT, task, 0, signal) == 0;

    /// <summary>Leaves a tracee in its group stop. What ends the stop is still reported.</summary>
    public static bool Listen(int task) => Call(PTRACE_LISTEN, task, 0, 0) == 0;

    /// <summary>What the last event of a stopped tracee carries: a new task's number, a filter's value, an exit status.</summary>
    public static bool TryGetEventMessage(int task, out ulong message)
    {
        // SAFETY: the kernel writes one unsigned long, which is in this frame.
        ulong value = 0;
        bool known = Call(PTRACE_GETEVENTMSG, task, 0, (nint)(&value)) == 0;
        message = value;
        return known;
    }

    /// <summary>The registers of a stopped tracee.</summary>
    public static bool TryGetRegisters(int task, out Registers registers)
    {
        // SAFETY: Registers has the size of struct user_regs_struct (AbiTests compares), and is pinned for the length of the call.
        fixed (Registers* target = &registers) return Call(PTRACE_GETREGS, task, 0, (nint)target) == 0;
    }

    /// <summary>Whether a task is stopped at its exit, even if that stop has not been reported yet.</summary>
    public static bool StandsAtExit(int task)
    {
        // siginfo_t has 128 bytes: signal, error, code. A stop's code is the trap and its event (kernel/signal.c, ptrace_do_notify).
        const int size = 128, trap = 5;
        // SAFETY: the buffer has the size of siginfo_t, and the code is its third int.
        int* information = stackalloc int[size / sizeof(int)];
        return Call(PTRACE_GETSIGINFO, task, 0, (nint)information) == 0 && information[2] == (trap | PTRACE_EVENT_EXIT << 8);
    }

    /// <summary>Waits for the next event of any tracee of this thread.</summary>
    /// <param name="status">The wait status.</param>
    /// <param name="block">Whether to wait; otherwise 0 means that there is none now.</param>
    /// <returns>The task; 0 when nothing happened or a signal came in; -1 when no tracee is left.</returns>
    public static int Wait(out int status, bool block)
    {
        // SAFETY: the kernel writes one int, the status, which is in this frame.
        int value = 0;
        int task = WaitFor(-1, &value, __WALL | __WNOTHREAD | (block ? 0 : WNOHANG));
        status = value;
        if (task >= 0) return task;
        return Marshal.GetLastPInvokeError() == Errno.EINTR ? 0 : -1;
    }
}

/// <summary>A task's general registers on x86-64 (struct user_regs_struct of sys/user.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Registers
{
    private readonly ulong r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    private readonly ulong original, instruction, codeSegment, flags, stackPointer, stackSegment, fsBase, gsBase, ds, es, fs, gs;

    /// <summary>The number of the system call the task is in.</summary>
    public readonly ulong Call => original;

    /// <summary>First to fourth argument of that call.</summary>
    public readonly ulong First => rdi;

    /// <inheritdoc cref="First"/>
    public readonly ulong Second => rsi;

    /// <inheritdoc cref="First"/>
    public readonly ulong Third => rdx;

    /// <inheritdoc cref="First"/>
    public readonly ulong Fourth => r10;

    /// <summary>Fifth argument.</summary>
    public readonly ulong Fifth => r8;

    /// <summary>Sixth argument.</summary>
    public readonly ulong Sixth => r9;
}
