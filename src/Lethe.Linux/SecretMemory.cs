namespace Lethe.Linux;

/// <summary>Memory that the kernel itself does not map (memfd_secret(2), since Linux 5.14).</summary>
internal static class SecretMemory
{
    /// <summary>Creates an empty file of such memory.</summary>
    /// <exception cref="LinuxException">ENOSYS where the kernel lacks it or has it switched off.</exception>
    public static Descriptor Create() =>
        new((int)Errno.Check(SystemCall.Invoke(SystemCallNumber.SYS_memfd_secret, FileCalls.O_CLOEXEC), "memfd_secret"));
}
