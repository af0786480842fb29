using System.Globalization;

namespace Lethe.Linux;

/// <summary>Lines of <c>/proc/PID/status</c> (proc_pid_status(5)).</summary>
public static class ProcessStatus
{
    /// <summary>A line that counts memory.</summary>
    /// <param name="process">Whose.</param>
    /// <param name="name">The line's name with its colon, <c>VmLck:</c> for example.</param>
    /// <returns>Kibibytes; 0 when the process is gone or has no memory.</returns>
    public static long Kilobytes(int process, string name)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[name.Length..^"kB".Length], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
