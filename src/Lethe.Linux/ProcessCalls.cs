using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>Calls that start, signal and await processes.</summary>
[CHeader("signal.h")]
internal static partial class ProcessCalls
{
    /// <summary>End at once; cannot be caught.</summary>
    public const int SIGKILL = 9;

    /// <summary>Stand still until SIGCONT; cannot be caught.</summary>
    public const int SIGSTOP = 19;

    /// <summary>Illegal system call. By default it ends the process with a core dump, and .NET does not change that.</summary>
    public const int SIGSYS = 31;

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static partial int SetSession();

    /// <summary>Makes this process the leader of a new session and process group.</summary>
    /// <exception cref="LinuxException">It leads a process group already.</exception>
    public static void BeginSession() => Errno.Check(SetSession(), "setsid");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static unsafe partial int WaitFor(int process, int* status, int options);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Execute(string path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "execvpe", SetLastError = true)]
    internal static unsafe partial int ExecuteInPath(byte* name, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int Spawn(
        int* process,
        string path,
        void* actions,
        void* attributes,
        byte** arguments,
        byte** environment
    );

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    internal static unsafe partial int SpawnActionsInit(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static unsafe partial int SpawnActionsDestroy(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static unsafe partial int SpawnActionsDuplicate(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();
}
