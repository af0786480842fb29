namespace Lethe.Linux;

/// <summary>
/// Descriptors 0, 1 and 2 when whoever started this program left some of them closed. The first files that a program opens
/// would get these numbers, and a child that inherits them would read and write there.
/// </summary>
public static class StandardStreams
{
    private const int Count = 3;

    /// <summary>
    /// Occupies the closed ones, so that they stay out of use. .NET has opened files of its own before the first line of a
    /// program runs, so the program is executed once more with placeholders in place. Does nothing when all three were open.
    /// </summary>
    /// <exception cref="LinuxException">There is no /dev/null, or the program cannot be executed again.</exception>
    public static void Occupy()
    {
        int[] closed = [.. Enumerable.Range(0, Count).Where(WasClosed)];
        if (closed.Length == 0) return;
        // O_PATH: reading and writing fail with EBADF, as they do on a closed descriptor.
        using Descriptor placeholder = Descriptor.Open("/dev/null", FileCalls.O_PATH).Duplicate(atLeast: Count);
        foreach (int number in closed) Errno.Check(FileCalls.Duplicate(placeholder.Number, number), "dup2");
        using RawStrings arguments = RawStrings.Arguments(), variables = RawStrings.Variables();
        ChildProcess.BecomeRaw(Environment.ProcessPath!, arguments.Pointers, variables.Pointers);
    }

    /// <summary>Closes placeholders when another program is executed, so that it finds closed what was closed.</summary>
    public static void CloseUnusedOnExecute()
    {
        foreach (int number in Enumerable.Range(0, Count).Where(IsPlaceholder)) FileCalls.CloseOnExecute(number);
    }

    // What is inherited over execve is never close-on-exec, and all that .NET opens is.
    private static bool WasClosed(int number) => FileCalls.Control(number, FileCalls.F_GETFD, 0) is < 0 or FileCalls.FD_CLOEXEC;

    private static bool IsPlaceholder(int number) => FileCalls.Control(number, FileCalls.F_GETFL, 0) is >= 0 and var flags && (flags & FileCalls.O_PATH) != 0;
}
