using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>System calls by number, for those that the C library has no function for.</summary>
internal static partial class SystemCall
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static unsafe partial nint Invoke(nint number, nint first = 0, nint second = 0, nint third = 0, nint fourth = 0, nint fifth = 0);
}
