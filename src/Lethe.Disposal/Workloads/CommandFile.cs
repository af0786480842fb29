using System.Text;
using Lethe.Evidence;
using Lethe.Linux;

namespace Lethe.Disposal.Workloads;

/// <summary>The file that a command names, looked at from outside, to explain what the kernel only gives a number for.</summary>
internal sealed class CommandFile
{
    private const int StartBytes = 256;

    // elf(5): EI_CLASS follows the magic; 1 is ELFCLASS32.
    private const int ClassAt = 4, Class32 = 1;
    private readonly string path;
    private readonly byte[] start;

    private CommandFile(string path, byte[] start) => (this.path, this.start) = (path, start);

    /// <summary>Looks a command up as execvp(3) does.</summary>
    /// <param name="name">The command.</param>
    /// <param name="path">The PATH of its environment; null when it has none.</param>
    /// <returns>Null when there is no such file.</returns>
    public static CommandFile? Find(string name, string? path)
    {
        IEnumerable<string> places = name.Contains('/')
            ? [name]
            : (path ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(place => Path.Combine(place, name));
        return places.Where(Path.Exists).Select(place => new CommandFile(place, StartOf(place))).FirstOrDefault();
    }

    /// <summary>Says before the start what will be different here.</summary>
    /// <exception cref="WorkloadException">It cannot run under these options.</exception>
    public void Check(bool strict, Action<string> notice)
    {
        if (strict && IsElf && start[ClassAt] == Class32)
            throw new WorkloadException(
                $"{path} is a 32-bit program, whose calls --strict does not follow",
                "leave --strict out",
                ExitCode.Unsupported
            );
        if (!ChildProcess.IsSuperuser && (File.GetUnixFileMode(path) & (UnixFileMode.SetUser | UnixFileMode.SetGroup)) != 0)
            notice($"{path} does not get its owner's rights here: without root, lethe must forbid new privileges (setuid)");
    }

    /// <summary>Why it could not be executed. Exit codes are those of shells: 127 not found, 126 found but not executable.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="path">The PATH of its environment; null when it has none.</param>
    /// <param name="error">The kernel's answer, an errno value.</param>
    public static WorkloadException Explain(string name, string? path, int error)
    {
        CommandFile? file = Find(name, path);
        return error switch
        {
            Errno.ENOENT when file is null => new WorkloadException($"{name}: command not found", "give a command of PATH or a path", 127),
            Errno.ENOENT when file.Interpreter is { } interpreter && !File.Exists(interpreter) => new WorkloadException(
                $"{file.path} cannot be executed: its interpreter {interpreter} is not there",
                "see its first line",
                126
            ),
            Errno.ENOENT when file.IsElf && !file.IsPrivate => new WorkloadException(
                $"{file.path} cannot be executed: the loader that it names is not there",
                "install the libraries of its kind (32-bit, musl)",
                126
            ),
            Errno.ENOENT => new WorkloadException(
                $"{file.path} is hidden from the command, whose own place is private",
                "put it elsewhere",
                127
            ),
            Errno.EACCES when Directory.Exists(file?.path) => new WorkloadException($"{file!.path} is a directory", "give a program", 126),
            Errno.EACCES when file is not null && (File.GetUnixFileMode(file.path) & AnyExecute) == 0 => new WorkloadException(
                $"{file.path} is not executable",
                "chmod +x it, or give its interpreter first",
                126
            ),
            _ => new WorkloadException(
                $"{name} cannot be executed: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error)}",
                "see its permissions and its first line",
                126
            ),
        };
    }

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private bool IsElf => start.AsSpan().StartsWith("\u007fELF"u8) && start.Length > ClassAt;

    private bool IsPrivate =>
        Path.GetFullPath(path) is var full
        && (full.StartsWith("/tmp/", StringComparison.Ordinal) || full.StartsWith("/dev/shm/", StringComparison.Ordinal));

    // execve(2): "#!", blanks, a path up to the next blank.
    private string? Interpreter => start.AsSpan().StartsWith("#!"u8)
        ? Encoding.UTF8.GetString(start).Split('\n')[0][2..].Trim(' ', '\t').Split(' ', '\t')[0]
        : null;

    private static byte[] StartOf(string path)
    {
        try
        {
            using Descriptor file = Descriptor.Open(path, FileCalls.O_RDONLY | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY);
            if (!FileStatus.Of(file).IsRegular) return [];
            byte[] start = new byte[StartBytes];
            using var stream = File.OpenRead(path);
            return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
