using Lethe.Linux;

namespace Lethe.Disposal.Keeping;

/// <summary>The system call by which a task opens a file.</summary>
internal static class OpeningCall
{
    private const int AskAgain = 200;

    /// <summary>Whether it cuts the file, for a task that waits in it.</summary>
    public static bool Cuts(int task)
    {
        try
        {
            string text = "running";
            for (int again = 0; again < AskAgain && text.StartsWith("running", StringComparison.Ordinal); again++)
            {
                if (again > 0) Scheduling.SleepMicroseconds(20);
                // Who is gone cuts nothing any more.
                if (VanishingFiles.TryReadText($"/proc/{task}/syscall") is not { } read) return false;
                text = read;
            }

            return Cuts(text, address => TaskView.ReadNumber(task, address));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Its flags cannot be read (EFAULT), and then the kernel cannot read them either. The file is kept all the same.
            return false;
        }
    }

    /// <summary>Whether a call cuts the file it opens.</summary>
    /// <param name="text">The call's number and arguments (proc_pid_syscall(5)).</param>
    /// <param name="read">Reads a number of eight bytes out of the caller's memory.</param>
    public static bool Cuts(string text, Func<ulong, ulong> read)
    {
        // Numbers of x86-64: open, creat, openat, openat2. struct open_how begins with its flags.
        return text.Split(' ') switch
        {
            ["2", _, var flags, ..] => (Number(flags) & FileCalls.O_TRUNC) != 0,
            ["85", ..] => true,
            ["257", _, _, var flags, ..] => (Number(flags) & FileCalls.O_TRUNC) != 0,
            ["437", _, _, var how, ..] => (read(Number(how)) & FileCalls.O_TRUNC) != 0,
            _ => false,
        };
    }

    private static ulong Number(string text) => Convert.ToUInt64(text, 16);
}
