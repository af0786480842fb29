using System.Diagnostics;

namespace Lethe.Tests;

/// <summary>The lethe file as it is shipped; <c>make test</c> builds it first.</summary>
internal static class ShippedLethe
{
    public static string Path { get; } = System.IO.Path.Combine(SourceTree.Root, "artifacts/publish/Lethe.Cli/release_linux-x64/lethe");

    public static (int ExitCode, string Output, string Errors) Run(params IReadOnlyCollection<string> arguments) =>
        Run(new Dictionary<string, string>(), arguments);

    public static (int ExitCode, string Output, string Errors) Run(
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyCollection<string> arguments
    )
    {
        using Process process = Start(environment, arguments);
        // Both are read at once, so that neither pipe fills up.
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    public static Process Start(IReadOnlyDictionary<string, string> environment, IReadOnlyCollection<string> arguments)
    {
        Assert.True(File.Exists(Path), $"{Path} is missing; make builds it");
        var start = new ProcessStartInfo(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
