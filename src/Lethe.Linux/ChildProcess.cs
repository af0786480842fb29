using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>
/// A child process. It gets exactly the descriptors that it is given. By default the kernel kills it when this process ends
/// for any reason (PR_SET_PDEATHSIG, set by util-linux's <c>setpriv</c>).
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Lock gate = new();
    private int? status;

    private ChildProcess(int id) => Id = id;

    /// <summary>The process id, valid until the child has been awaited.</summary>
    public int Id { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="path">The program's full path.</param>
    /// <param name="arguments">Its arguments, without the program's name.</param>
    /// <param name="descriptors">What the child sees as descriptor 0, 1, 2 and on.</param>
    /// <param name="dieWithParent">Whether the kernel kills the child when this process ends.</param>
    /// <exception cref="LinuxException">The program cannot be started.</exception>
    public static ChildProcess Start(
        string path, IReadOnlyCollection<string> arguments, IReadOnlyList<Descriptor> descriptors, bool dieWithParent = true)
    {
        if (!dieWithParent) return Spawn(path, [path, .. arguments], [], descriptors);
        // In a session of its own, the child does not get the terminal's Ctrl-C. This process ends it.
        // This process may die before the death signal is armed. So the shell starts the program only if its parent is this process.
        string[] command =
        [
            "setpriv", "--pdeathsig", "KILL", "setsid", "sh", "-c", "[ $PPID = \"$0\" ] && exec \"$@\"",
            Environment.ProcessId.ToString(), path, .. arguments,
        ];
        return Spawner.Run(() => Spawn("/usr/bin/setpriv", command, [], descriptors));
    }

    /// <summary>Starts a program with an environment of its own, without copying the strings.</summary>
    /// <param name="path">The program's full path.</param>
    /// <param name="arguments">Its arguments with the program's name first.</param>
    /// <param name="environment">Addresses of zero-terminated strings, with a null at the end.</param>
    /// <exception cref="LinuxException">The program cannot be started.</exception>
    public static ChildProcess StartWithEnvironment(string path, IReadOnlyCollection<string> arguments, ReadOnlySpan<nint> environment) =>
        Spawn(path, arguments, environment, []);

    /// <summary>Starts a program with arguments and environment given as addresses of zero-terminated strings.</summary>
    /// <param name="path">The program's full path.</param>
    /// <param name="arguments">Its arguments with the program's name first.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="descriptors">What the child sees as descriptor 0, 1, 2 and on.</param>
    /// <param name="further">The number at which further descriptors begin in the child.</param>
    /// <param name="more">What the child sees from that number on.</param>
    /// <exception cref="LinuxException">The program cannot be started.</exception>
    public static unsafe ChildProcess StartRaw(
        string path,
        ReadOnlySpan<nint> arguments,
        ReadOnlySpan<nint> environment,
        IReadOnlyList<Descriptor> descriptors,
        int further,
        IReadOnlyList<Descriptor> more
    )
    {
        nint[] terminated = [.. arguments, 0], variables = [.. environment, 0];
        // SAFETY: the arguments end with a null and are pinned for the call. The caller promises that they and the variables are
        // addresses of zero-terminated strings. Only the kernel reads those, and it returns EFAULT where nothing is mapped.
        fixed (nint* vector = terminated) return SpawnRaw(path, (byte**)vector, variables, descriptors, further, more);
    }

    /// <summary>Looks a program up in PATH, as execvpe(3) does, and replaces this process by it. Returns only when that fails.</summary>
    /// <returns>The errno value of the failure.</returns>
    public static unsafe int BecomeRaw(ReadOnlySpan<nint> arguments, ReadOnlySpan<nint> environment)
    {
        ArgumentOutOfRangeException.ThrowIfZero(arguments.Length);
        nint[] vector = [.. arguments, 0], variables = [.. environment, 0];
        // SAFETY: both vectors end with a null and are pinned. The C library reads the first string, and the kernel copies all of them.
        // Not checked here: that all of them end with a zero byte. Launcher, the only caller, takes them from RawStrings.
        fixed (nint* first = vector)
        fixed (nint* second = variables)
        {
            _ = ProcessCalls.ExecuteInPath((byte*)first[0], (byte**)first, (byte**)second);
            return Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Replaces this process by another program. Does not return.</summary>
    /// <exception cref="LinuxException">The program cannot be executed.</exception>
    public static unsafe void Become(string path, params IReadOnlyCollection<string> arguments)
    {
        using var vector = new StringVector(arguments);
        // SAFETY: the arguments end with a null and are freed only after the call; the environment is a single null in this frame.
        byte* nothing = null;
        Errno.Check(ProcessCalls.Execute(path, vector.Pointer, &nothing), "execve", path);
    }

    /// <summary>Whether this process's effective user is root.</summary>
    public static bool IsSuperuser => ProcessCalls.EffectiveUser() == 0;

    /// <summary>Sends a signal to the child; does nothing when it has ended.</summary>
    /// <exception cref="LinuxException">The signal is not permitted.</exception>
    public void Signal(int signal)
    {
        lock (gate)
        {
            // Awaited children are skipped: their number may belong to another process by now.
            if (status is null) Errno.Check(ProcessCalls.Kill(Id, signal), "kill");
        }
    }

    /// <summary>Sends a signal to a process that is not a child of this one, and so may be gone.</summary>
    /// <exception cref="LinuxException">There is no such process, or the signal is not permitted.</exception>
    public static void Signal(int process, int signal) => Errno.Check(ProcessCalls.Kill(process, signal), "kill", process.ToString());

    /// <summary>Checks whether the child has ended, without waiting.</summary>
    /// <returns>Its wait status (see waitpid), or null while it lives.</returns>
    public int? Poll() => Wait(NoHang);

    /// <summary>Waits until the child has ended.</summary>
    public int WaitForExit() => Wait(0)!.Value;

    /// <summary>Kills the child, if it lives, and waits for it.</summary>
    public void Dispose()
    {
        if (Poll() is not null) return;
        Signal(ProcessCalls.SIGKILL);
        WaitForExit();
    }

    private const int NoHang = 1;

    private unsafe int? Wait(int options)
    {
        lock (gate)
        {
            if (status is not null) return status;
            // SAFETY: the kernel writes one int, the status, which is in this frame.
            int result, value;
            do result = ProcessCalls.WaitFor(Id, &value, options);
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            Errno.Check(result, "waitpid");
            if (result == Id) status = value;
            return status;
        }
    }

    private static unsafe ChildProcess Spawn(
        string path, IReadOnlyCollection<string> arguments, ReadOnlySpan<nint> environment, IReadOnlyList<Descriptor> descriptors)
    {
        using var vector = new StringVector(arguments);
        // SAFETY: the vector ends with a null. It is freed after posix_spawn returns, when the child has executed its program or failed
        // to.
        return SpawnRaw(path, vector.Pointer, environment, descriptors);
    }

    private static unsafe ChildProcess SpawnRaw(
        string path,
        byte** arguments,
        ReadOnlySpan<nint> environment,
        IReadOnlyList<Descriptor> descriptors,
        int further = 0,
        IReadOnlyList<Descriptor>? more = null
    )
    {
        // SAFETY: the buffer is larger than posix_spawn_file_actions_t (80 bytes in glibc; the ABI test compares).
        byte* actions = stackalloc byte[FileActionsSize];
        Errno.CheckReturned(ProcessCalls.SpawnActionsInit(actions), "posix_spawn_file_actions_init");
        try
        {
            // Copies with high numbers, so that no target overwrites a source that is still to be placed.
            using var copies = new DescriptorCopies([.. descriptors, .. more ?? []], further + (more?.Count ?? 0));
            for (int index = 0; index < copies.Count; index++)
            {
                int target = index < descriptors.Count ? index : further + index - descriptors.Count;
                Errno.CheckReturned(
                    ProcessCalls.SpawnActionsDuplicate(actions, copies[index].Number, target),
                    "posix_spawn_file_actions_adddup2"
                );
            }

            using var inherited = new StringVector(environment.IsEmpty ? InheritedEnvironment() : []);
            // SAFETY: the number goes to this frame. The vectors stay in place until the call returns. By then the child has executed its
            // program or failed to. All of them end with a null: StringVector and StartRaw add it. Not checked here: that the environment
            // of StartWithEnvironment ends with one. EnvironmentStrings, its only caller, adds it.
            int id;
            fixed (nint* own = environment)
            {
                byte** variables = environment.IsEmpty ? inherited.Pointer : (byte**)own;
                Errno.CheckReturned(ProcessCalls.Spawn(&id, path, actions, null, arguments, variables), "posix_spawn", path);
            }

            return new ChildProcess(id);
        }
        finally
        {
            _ = ProcessCalls.SpawnActionsDestroy(actions);
        }
    }

    internal const int FileActionsSize = 128;

    private sealed class DescriptorCopies(IReadOnlyList<Descriptor> originals, int above) : IDisposable
    {
        private readonly Descriptor[] copies =
        [
            .. originals.Select(original => original.Duplicate(atLeast: Math.Max(originals.Count, above))),
        ];

        public int Count => copies.Length;

        public Descriptor this[int index] => copies[index];

        public void Dispose()
        {
            foreach (Descriptor copy in copies) copy.Dispose();
        }
    }

    private static List<string> InheritedEnvironment()
    {
        // This program parses what its children print, so their output must not be translated.
        var variables = new List<string> { "LC_ALL=C" };
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry.Key is not "LC_ALL") variables.Add($"{entry.Key}={entry.Value}");
        }
        return variables;
    }

    /// <summary>
    /// The kernel sends the death signal when the thread that started the child ends (prctl(2)). So one thread, which lives as
    /// long as this process, starts all children.
    /// </summary>
    private static class Spawner
    {
        private static readonly BlockingCollection<Action> Work = [];

        static Spawner() => new Thread(() =>
        {
            foreach (Action action in Work.GetConsumingEnumerable()) action();
        })
        { IsBackground = true, Name = "spawner" }.Start();

        public static ChildProcess Run(Func<ChildProcess> start)
        {
            var result = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
            Work.Add(() =>
            {
                try
                {
                    result.SetResult(start());
                }
                catch (Exception failure)
                {
                    result.SetException(failure);
                }
            });
            return result.Task.GetAwaiter().GetResult();
        }
    }
}
