using System.Runtime.InteropServices;

namespace Lethe.Tests.Facts.Collecting;

/// <summary>Root's rights over other users' files, which one thread can give up for itself.</summary>
internal static partial class FileRights
{
    // setfsuid(2) of x86-64: the user id by which this thread's accesses to files are judged.
    private const nint SetFileUserCall = 122;
    private const nint Nobody = 65534;

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first);

    /// <summary>Gives them up for this thread, which must end afterwards.</summary>
    public static void GiveUp()
    {
        _ = SystemCall(SetFileUserCall, Nobody);
        Assert.Equal(Nobody, SystemCall(SetFileUserCall, -1));
    }
}
