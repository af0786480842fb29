namespace Lethe.Linux;

/// <summary>A program run to its end.</summary>
internal static class Command
{
    /// <summary>Runs a program and returns what it printed.</summary>
    /// <param name="path">The program's full path.</param>
    /// <param name="arguments">Its arguments, without the program's name.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="CommandFailedException">Its exit code was not 0, or a signal ended it.</exception>
    /// <exception cref="LinuxException">It could not be started.</exception>
    public static string Run(string path, params IReadOnlyCollection<string> arguments)
    {
        (int status, string output, string errors) = RunToEnd(path, arguments);
        return status == 0 ? output : throw new CommandFailedException(path, arguments, status, errors);
    }

    /// <summary>Runs a program and returns its exit code as a result, not a failure.</summary>
    /// <inheritdoc cref="Run" path="/param|/exception"/>
    /// <returns>Its exit code, negative when a signal ended it, and its standard output.</returns>
    public static (int ExitCode, string Output) Ask(string path, params IReadOnlyCollection<string> arguments)
    {
        (int status, string output, _) = RunToEnd(path, arguments);
        // wait(2): WTERMSIG and WEXITSTATUS.
        return ((status & 0x7f) != 0 ? -(status & 0x7f) : status >> 8 & 0xff, output);
    }

    private static (int Status, string Output, string Errors) RunToEnd(string path, IReadOnlyCollection<string> arguments)
    {
        using Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR);
        using var output = new MemoryFile("output", 0);
        using var errors = new MemoryFile("errors", 0);
        using var child = ChildProcess.Start(path, arguments, [nothing, output.Descriptor, errors.Descriptor], dieWithParent: false);
        int status = child.WaitForExit();
        return (status, output.ReadText(), errors.ReadText());
    }
}

/// <summary>
/// A program ended with an exit code other than 0, or by a signal. The message has its arguments and what it wrote to standard error.
/// </summary>
public sealed class CommandFailedException(string path, IReadOnlyCollection<string> arguments, int status, string errors)
    : IOException($"{Path.GetFileName(path)} {string.Join(' ', arguments)} failed ({Describe(status)}): {errors.Trim()}")
{
    // The wait status: wait(2), WIFSIGNALED and WEXITSTATUS.
    private static string Describe(int status) =>
        (status & 0x7f) != 0 ? $"signal {status & 0x7f}" : $"exit {(status >> 8) & 0xff}";
}
