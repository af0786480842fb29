using System.Globalization;
using System.Runtime.InteropServices;
using Lethe.Disposal.Launching;
using Lethe.Disposal.Tracing;
using Lethe.Disposal.Wiping;
using Lethe.Evidence;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Disposal.Running;

/// <summary>Starts the launcher, has it traced, tells it what to do, and lets it become the command.</summary>
internal sealed class WorkloadStart(RunRequest request, LaunchOrders orders, Action<string> notice) : IDisposable
{
    // A reservation of .NET's that is thousands of times larger than what the launcher needs would have to be walked at its end.
    private const string SmallHeap = "LETHE_HEAP=0x4000000";
    private readonly RawStrings arguments = RawStrings.Arguments(), variables = RawStrings.Variables();
    private Descriptor? toLauncher;

    /// <summary>Starts it.</summary>
    /// <returns>The command's process.</returns>
    /// <exception cref="RunException">It could not be started.</exception>
    public int Start(Tracer tracer, KeptObjects objects, Action<int> whenStarted)
    {
        CommandFile.Find(CommandName)?.Check(request.Options.Strict, notice);
        (Descriptor ordersOut, Descriptor ordersIn) = Descriptor.Pipe();
        (Descriptor answersOut, Descriptor answersIn) = Descriptor.Pipe();
        toLauncher = ordersIn;
        int process;
        using (ordersOut)
        using (answersIn) process = Spawn(ordersOut, answersIn);

        using (answersOut)
        {
            try
            {
                tracer.Start(process);
            }
            catch (LinuxException failure)
            {
                TaskCalls.TrySignal(process, ProcessCalls.SIGKILL);
                throw new RunException(
                    $"the command cannot be followed: {failure.Message}",
                    "ptrace is forbidden here: in a container add CAP_SYS_PTRACE, elsewhere see /proc/sys/kernel/yama/ptrace_scope", ExitCode.Permission);
            }

            try
            {
                Order(process, objects, whenStarted, answersOut);
            }
            catch
            {
                TaskCalls.TrySignal(process, ProcessCalls.SIGKILL);
                // Whoever waits for it has to see it gone first.
                tracer.Ended.Wait();
                throw;
            }
        }

        return process;
    }

    private void Order(int process, KeptObjects objects, Action<int> whenStarted, Descriptor answers)
    {
        if (!ChildProcess.IsSuperuser) notice("not root: only what a user may do is done; see the media that stay open");
        string privileges = ChildProcess.IsSuperuser ? "" : "no-new-privileges";
        Send(
        [
            .. orders.Lines(request.Options.ReadOnly, Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")),
            $"{LaunchStep.Variables}\t{variables.Pointers.Count + orders.Variables.Count}",
            $"{LaunchStep.Filter}\t{privileges}\t{(request.Options.Strict ? "strict" : "")}\t{request.Options.Memfd}\ttraced",
            $"{LaunchStep.DefaultSignals}\t{string.Join(',', StartState.Current.DefaultSignals)}",
            LaunchStep.Ready,
        ]);
        int listener = AwaitReady(answers);
        if (listener >= 0) new MemoryFileServer(new SeccompListener(TaskCalls.TakeDescriptor(process, listener)), objects).Start();
        whenStarted(process);
        StartState.Current.RestoreLimits(process);
        Send([LaunchStep.Execute]);
        AwaitExecution(answers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        toLauncher?.Dispose();
        arguments.Dispose();
        variables.Dispose();
    }

    private string CommandName => Marshal.PtrToStringUTF8(arguments.Pointers[^request.CommandWords])!;

    private int Spawn(Descriptor ordersOut, Descriptor answersIn)
    {
        using var own = new MemoryText([request.Program, Launcher.Verb, .. orders.Variables.Select(variable => $"{variable.Name}={variable.Value}"), SmallHeap]);
        nint[] line = [own.Pointers[0], own.Pointers[1], .. arguments.Pointers.TakeLast(request.CommandWords)];
        nint[] environment = [.. variables.Pointers, .. own.Pointers.Skip(2)];
        using Descriptor input = Descriptor.DuplicateOf(0), output = Descriptor.DuplicateOf(1), errors = Descriptor.DuplicateOf(2);
        return ChildProcess.StartRaw(request.Program, line, environment, [input, output, errors], Launcher.OrdersDescriptor, [ordersOut, answersIn, .. orders.Mounts]).Id;
    }

    private void Send(IEnumerable<string> lines)
    {
        foreach (string line in lines) toLauncher!.WriteAll(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
    }

    private static int AwaitReady(Descriptor answers)
    {
        string[] words = answers.ReadUntil((byte)'\n').Trim().Split('\t');
        if (words is [LaunchStep.Ready, var listener]) return int.Parse(listener, CultureInfo.InvariantCulture);
        throw NotReady(words);
    }

    private static RunException NotReady(string[] words)
    {
        if (words is not [LaunchStep.Failed, var number, var text]) return new RunException("the launcher ended by itself", "see whether something here kills processes", ExitCode.OperationalError);
        int error = int.Parse(number, CultureInfo.InvariantCulture);
        return error is Errno.EPERM or Errno.EACCES
            ? new RunException($"a seal was refused: {text}", "namespaces, mounts or filters are forbidden here, as in many containers; run it outside, or with CAP_SYS_ADMIN", ExitCode.Permission)
            : new RunException($"a seal failed: {text}", "see what is different about this machine", ExitCode.OperationalError);
    }

    // The answers end when the command is executed, as the descriptor closes then.
    private void AwaitExecution(Descriptor answers)
    {
        string answer = answers.ReadUntil((byte)'\n').Trim();
        if (answer.Length == 0) return;
        if (answer.Split('\t') is not [LaunchStep.NotExecuted, var number]) throw NotReady(answer.Split('\t'));
        int error = int.Parse(number, CultureInfo.InvariantCulture);
        throw CommandFile.Explain(CommandName, error);
    }
}
