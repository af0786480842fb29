using System.Text;

namespace Lethe.Linux;

/// <summary>Files and memory as another task sees them.</summary>
internal static unsafe class TaskView
{
    private const int LongestPath = 4096;

    /// <summary>
    /// Opens a path with O_PATH, following links inside the task's own root directory (openat2(2), since Linux 5.6).
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="path">The path that the task uses, absolute or relative to its current directory.</param>
    /// <exception cref="LinuxException">No such file there, or the task is gone.</exception>
    public static Descriptor OpenPath(int task, string path)
    {
        string full = path.StartsWith('/')
            ? path
            : $"{VanishingFiles.TryReadLink($"/proc/{task}/cwd") ?? throw new LinuxException(Errno.ESRCH, "readlink cwd")}/{path}";
        using Descriptor root = Descriptor.Open($"/proc/{task}/root", FileCalls.O_PATH);
        return RootedFiles.Open(root, full, FileCalls.O_PATH);
    }

    /// <summary>Reads a zero-terminated text in a task's memory, as UTF-8.</summary>
    /// <param name="task">The task.</param>
    /// <param name="address">Where it begins.</param>
    /// <param name="longest">The most bytes it may have, without the zero; at most 4095.</param>
    /// <returns>Null when it is longer.</returns>
    /// <exception cref="LinuxException">The task is gone, or nothing is there (EFAULT).</exception>
    public static string? ReadText(int task, ulong address, int longest = LongestPath - 1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longest, LongestPath - 1);
        // SAFETY: each read asks for no more than the longest text and its zero still need, and there is room for 4096 bytes.
        byte* text = stackalloc byte[LongestPath];
        using Descriptor memory = Descriptor.Open($"/proc/{task}/mem", FileCalls.O_RDONLY);
        // This reads page by page, as the page behind a text need not be mapped.
        ulong page = (ulong)Environment.SystemPageSize;
        for (int got = 0; got <= longest;)
        {
            ulong at = address + (ulong)got;
            long wanted = Math.Min(longest + 1 - got, (long)(page - at % page));
            long read = ProcessMemory.Read(memory, text + got, wanted, at);
            if (read <= 0) throw new LinuxException(Errno.EFAULT, "read memory");
            int end = new ReadOnlySpan<byte>(text + got, (int)read).IndexOf((byte)0);
            if (end >= 0) return Encoding.UTF8.GetString(text, got + end);
            got += (int)read;
        }

        return null;
    }

    /// <summary>Reads a number of eight bytes in a task's memory.</summary>
    /// <exception cref="LinuxException">The task is gone, or nothing is there (EFAULT).</exception>
    public static ulong ReadNumber(int task, ulong address)
    {
        // SAFETY: the kernel writes at most the eight bytes of the size passed, and they are in this frame.
        ulong number = 0;
        using Descriptor memory = Descriptor.Open($"/proc/{task}/mem", FileCalls.O_RDONLY);
        return ProcessMemory.Read(memory, &number, sizeof(ulong), address) == sizeof(ulong)
            ? number
            : throw new LinuxException(Errno.EFAULT, "read memory");
    }
}
