using System.Text;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Launching;

/// <summary>
/// The process that becomes the workload: lethe's own program, started with <see cref="Verb"/>. It takes its orders from
/// one descriptor, answers on another, and executes the command, all in its first thread, which the tracer follows.
/// </summary>
internal static class Launcher
{
    /// <summary>The argument that makes lethe the launcher; the command follows it.</summary>
    public const string Verb = "run-launcher";

    // High, so that descriptors that the command is to inherit keep their numbers.
    internal const int OrdersDescriptor = 700, AnswersDescriptor = 701, FirstMountDescriptor = 702;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Serves until the command is executed, or cannot be.</summary>
    /// <returns>The exit code when it cannot be.</returns>
    public static int Run()
    {
        using var lines = new StreamReader(new FileStream(new(OrdersDescriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0));
        using var answers = new Descriptor(AnswersDescriptor);
        try
        {
            // All that is needed later is made ready now: once the private places are attached, this program's own file may be
            // hidden (when it lies in /tmp), and no further part of it can be loaded.
            var orders = new List<LaunchOrder>();
            for (string? line = lines.ReadLine(); line != LaunchLine.Do; line = lines.ReadLine())
            {
                // Whoever gave the orders is gone.
                if (line is null) return 1;
                orders.Add(LaunchLine.ReadOrder(line));
            }

            using RawStrings environment = RawStrings.Variables(), arguments = RawStrings.Arguments();
            // Program name and verb come first.
            nint[] command = [.. arguments.Pointers.Skip(2)];
            nint[] variables = [.. environment.Pointers.Take(orders.OfType<LaunchOrder.KeepVariables>().Single().Count)];
            var filter = orders.OfType<LaunchOrder.InstallFilter>().Single();
            SeccompFilter seccomp = WorkloadFilter.Of(filter.Strict, filter.Memfd, filter.Traced);
            int[] signals = [.. orders.OfType<LaunchOrder.RestoreDefaultSignal>().Select(restore => restore.Signal)];

            foreach (LaunchOrder order in orders) Do(order);
            int listener = seccomp.Install(filter.Memfd == MemfdPolicy.Keep);
            Answer(answers, new LaunchAnswer.Done(listener));
            return lines.ReadLine() == LaunchLine.Execute ? Execute(answers, command, variables, signals) : 1;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Answer(answers, new LaunchAnswer.Failed((failure as LinuxException)?.Error ?? 0, failure.Message));
        }

        return 1;
    }

    private static void Do(LaunchOrder order)
    {
        switch (order)
        {
            case LaunchOrder.Unshare unshare:
                Namespaces.Unshare(unshare.Namespaces);
                if ((unshare.Namespaces & Namespaces.CLONE_NEWNS) != 0) Mounts.StopPropagation();
                break;
            case LaunchOrder.Attach attach:
                Directory.CreateDirectory(attach.Directory);
                NewMount.Attach(attach.Descriptor, attach.Directory);
                break;
            case LaunchOrder.MakeDirectory make: Directory.CreateDirectory(make.Directory, OwnerOnly); break;
            case LaunchOrder.ForbidDevice forbid: Mounts.ForbidDevice(forbid.Path); break;
            case LaunchOrder.MakeReadOnly: NewMount.SetAttributes("/", NewMount.MOUNT_ATTR_RDONLY, 0, recursive: true); break;
            case LaunchOrder.JoinNewSessionKeyring: Keyring.JoinNewSession(); break;
            case LaunchOrder.ForbidCoreDumps:
                // 1 is special: a pipe handler is not started either (fs/coredump.c); 0 would only stop files.
                TaskCalls.LimitCoreDumps(1);
                File.WriteAllText("/proc/self/coredump_filter", "0");
                break;
            case LaunchOrder.ForbidTransparentHugePages: TaskCalls.SetProcessControl(TaskCalls.PR_SET_THP_DISABLE, 1); break;
            case LaunchOrder.ForbidNewPrivileges: TaskCalls.SetProcessControl(TaskCalls.PR_SET_NO_NEW_PRIVS, 1); break;
            // At the end, around the execution.
            case LaunchOrder.InstallFilter or LaunchOrder.KeepVariables or LaunchOrder.RestoreDefaultSignal: break;
            default: throw new InvalidDataException($"the launcher cannot do {order}");
        }
    }

    private static int Execute(Descriptor answers, nint[] command, nint[] variables, int[] signals)
    {
        for (int number = OrdersDescriptor; number < OrdersDescriptor + 64; number++) FileCalls.CloseOnExecute(number);
        StandardStreams.CloseUnusedOnExecute();
        foreach (int signal in signals) TaskCalls.RestoreDefault(signal);
        int error = ChildProcess.BecomeRaw(command, variables);
        Answer(answers, new LaunchAnswer.NotExecuted(error));
        return 1;
    }

    private static void Answer(Descriptor answers, LaunchAnswer answer) =>
        answers.WriteAll(Encoding.UTF8.GetBytes(LaunchLine.Write(answer) + "\n"));
}
