using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Lethe.Tests.Cli;

/// <summary>One system call, as strace(1) shows it when it is entered.</summary>
/// <param name="Name">The call.</param>
/// <param name="Arguments">As strace writes them; a descriptor with the file that it stands for.</param>
internal sealed record TracedCall(string Name, string Arguments)
{
    public override string ToString() => $"{Name}({Arguments}";
}

/// <summary>lethe run under strace, with every process and thread it starts.</summary>
internal sealed partial record SystemCallTrace(int ExitCode, string Output, string Errors, IReadOnlyList<TracedCall> Calls)
{
    /// <summary>Runs it.</summary>
    /// <param name="user">The user it runs as; null for whoever runs the test.</param>
    /// <param name="directory">A directory for the trace that only the test knows of.</param>
    /// <param name="program">The lethe file.</param>
    /// <param name="arguments">What it gets.</param>
    public static SystemCallTrace Of(string? user, string directory, string program, params IReadOnlyCollection<string> arguments)
    {
        string file = Path.Combine(directory, "trace");
        string[] switchUser = user is null ? [] : ["-u", user];
        var start = new ProcessStartInfo("strace", ["-f", "-qq", "-y", "-s", "200", "-o", file, .. switchUser, program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["LETHE_STATE"] = Path.Combine(directory, "state");
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        TracedCall[] calls = [.. File.ReadLines(file).Select(line => Entered().Match(line)).Where(match => match.Success)
            .Select(match => new TracedCall(match.Groups[1].Value, match.Groups[2].Value))];
        File.Delete(file);
        return new SystemCallTrace(process.ExitCode, output, errors.Result, calls);
    }

    // The task, and the call; "<... resumed>" is the rest of one that was entered before, and --- and +++ are no calls.
    [GeneratedRegex(@"^\d+\s+(\w+)\((.*)$")]
    private static partial Regex Entered();
}
