using System.Diagnostics;

namespace Lethe.Tests.Cli;

/// <summary>A shell around lethe, for surroundings that .NET cannot make. The script finds the shipped file in <c>$LETHE</c>.</summary>
internal static class Shell
{
    public static (int ExitCode, string Output, string Errors) Run(string script)
    {
        var start = new ProcessStartInfo("timeout", ["60", "sh", "-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LETHE"] = ShippedLethe.Path;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
