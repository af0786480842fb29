using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Memory that the kernel itself does not map (memfd_secret(2), since Linux 5.14).</summary>
public static partial class SecretMemory
{
    private const nint SecretMemoryCall = 447;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Create(nint number, nint flags);

    /// <summary>Makes a secret memory file.</summary>
    /// <exception cref="LinuxException">ENOSYS where the kernel lacks it or has it switched off.</exception>
    public static Descriptor Create() =>
        new((int)Errno.Check(Create(SecretMemoryCall, FileCalls.O_CLOEXEC), "memfd_secret"));
}
