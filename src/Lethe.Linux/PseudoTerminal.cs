using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>A pseudo-terminal whose program side passes bytes through unchanged.</summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    // struct termios has 60 bytes in glibc; the ABI test compares.
    internal const int TermiosSize = 128;

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static unsafe partial int Name(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static unsafe partial int GetAttributes(int descriptor, void* termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static unsafe partial int SetAttributes(int descriptor, int when, void* termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static unsafe partial void MakeRaw(void* termios);

    /// <summary>Opens a new pseudo-terminal.</summary>
    /// <exception cref="LinuxException">No more terminals, or devpts is not mounted.</exception>
    public unsafe PseudoTerminal()
    {
        Controller = Descriptor.Open("/dev/ptmx", FileCalls.O_RDWR | FileCalls.O_NOCTTY | FileCalls.O_NONBLOCK);
        Errno.Check(Grant(Controller.Number), "grantpt");
        Errno.Check(Unlock(Controller.Number), "unlockpt");
        // SAFETY: the C library writes no more than the length passed, and ends the name with a zero byte.
        byte* name = stackalloc byte[64];
        Errno.CheckReturned(Name(Controller.Number, name, 64), "ptsname_r");
        Program = Descriptor.Open(Marshal.PtrToStringUTF8((nint)name)!, FileCalls.O_RDWR | FileCalls.O_NOCTTY | FileCalls.O_NONBLOCK);
        // SAFETY: the buffer is larger than struct termios (AbiTests compares), which the three calls fill, change and read.
        byte* termios = stackalloc byte[TermiosSize];
        Errno.Check(GetAttributes(Program.Number, termios), "tcgetattr");
        MakeRaw(termios);
        Errno.Check(SetAttributes(Program.Number, 0, termios), "tcsetattr");
    }

    /// <summary>The side a terminal emulator holds; what is written here waits for the program.</summary>
    public Descriptor Controller { get; }

    /// <summary>The side a program holds.</summary>
    public Descriptor Program { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Program.Dispose();
        Controller.Dispose();
    }
}
