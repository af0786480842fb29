using System.Globalization;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Launching;

/// <summary>
/// The process that becomes the workload: lethe's own program, started with <see cref="Verb"/>. It takes its steps from
/// one descriptor, answers on another, and executes the command, all in its first thread, which the tracer follows.
/// </summary>
public static class Launcher
{
    /// <summary>The argument that makes lethe the launcher; the command follows it.</summary>
    public const string Verb = "run-launcher";

    // High, so that descriptors that the command is to inherit keep their numbers.
    internal const int OrdersDescriptor = 700, AnswersDescriptor = 701, FirstMountDescriptor = 702;

    /// <summary>Serves until the command is executed, or cannot be.</summary>
    /// <returns>The exit code when it cannot be.</returns>
    public static int Run()
    {
        using var orders = new StreamReader(new FileStream(new(OrdersDescriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0));
        using var answers = new Descriptor(AnswersDescriptor);
        try
        {
            // All that is needed later is made ready now: once the private places are attached, this program's own file may be
            // hidden (when it lies in /tmp), and no further part of it can be loaded.
            var steps = new List<string[]>();
            for (string? line = orders.ReadLine(); line != LaunchStep.Ready; line = orders.ReadLine())
            {
                // Whoever gave the orders is gone.
                if (line is null) return 1;
                steps.Add(line.Split('\t'));
            }

            using RawStrings environment = RawStrings.Variables(), arguments = RawStrings.Arguments();
            string[] filter = steps.Single(step => step[0] == LaunchStep.Filter);
            MemfdPolicy memfd = Enum.Parse<MemfdPolicy>(filter[3]);
            SeccompFilter seccomp = WorkloadFilter.Of(filter[2] == "strict", memfd, traced: filter[4] == "traced");
            // Program name and verb come first.
            nint[] command = [.. arguments.Pointers.Skip(2)];
            nint[] variables = [.. environment.Pointers.Take(Number(steps.Single(step => step[0] == LaunchStep.Variables)[1]))];

            int[] signals = [.. steps.Single(step => step[0] == LaunchStep.DefaultSignals)[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number)];

            foreach (string[] step in steps) Do(step);
            if (filter[1] == "no-new-privileges") TaskCalls.SetProcessControl(TaskCalls.PR_SET_NO_NEW_PRIVS, 1);
            int listener = seccomp.Install(memfd == MemfdPolicy.Keep);
            Answer(answers, $"{LaunchStep.Ready}\t{listener}");
            return orders.ReadLine() == LaunchStep.Execute ? Execute(answers, command, variables, signals) : 1;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Answer(answers, $"{LaunchStep.Failed}\t{(failure as LinuxException)?.Error ?? 0}\t{failure.Message.ReplaceLineEndings(" ")}");
        }

        return 1;
    }

    private static void Do(string[] words)
    {
        switch (words[0])
        {
            case LaunchStep.Unshare:
                int spaces = Number(words[1]);
                Namespaces.Unshare(spaces);
                if ((spaces & Namespaces.CLONE_NEWNS) != 0) Mounts.StopPropagation();
                break;
            case LaunchStep.Attach:
                Directory.CreateDirectory(words[2]);
                NewMount.Attach(Number(words[1]), words[2]);
                break;
            case LaunchStep.MakeDirectory: Directory.CreateDirectory(words[1], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); break;
            case LaunchStep.ForbidDevice: Mounts.ForbidDevice(words[1]); break;
            case LaunchStep.ReadOnly: NewMount.SetAttributes("/", NewMount.MOUNT_ATTR_RDONLY, 0, recursive: true); break;
            case LaunchStep.NewSessionKeyring: Keyring.JoinNewSession(); break;
            case LaunchStep.NoCoreDumps:
                // 1 is special: a pipe handler is not started either (fs/coredump.c); 0 would only stop files.
                TaskCalls.LimitCoreDumps(1);
                File.WriteAllText("/proc/self/coredump_filter", "0");
                break;
            case LaunchStep.NoTransparentHugePages: TaskCalls.SetProcessControl(TaskCalls.PR_SET_THP_DISABLE, 1); break;
            case LaunchStep.Filter or LaunchStep.Variables or LaunchStep.DefaultSignals: break;
            default: throw new IOException($"the launcher does not know '{words[0]}'");
        }
    }

    private static int Execute(Descriptor answers, nint[] command, nint[] variables, int[] signals)
    {
        for (int number = OrdersDescriptor; number < OrdersDescriptor + 64; number++) FileCalls.CloseOnExecute(number);
        StandardStreams.CloseUnusedOnExecute();
        foreach (int signal in signals) TaskCalls.RestoreDefault(signal);
        int error = ChildProcess.BecomeRaw(command, variables);
        Answer(answers, $"{LaunchStep.NotExecuted}\t{error}");
        return 1;
    }

    private static void Answer(Descriptor answers, string line) => answers.WriteAll(System.Text.Encoding.UTF8.GetBytes(line + "\n"));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
