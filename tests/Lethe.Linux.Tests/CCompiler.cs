using System.Diagnostics;

namespace Lethe.Tests.Linux;

/// <summary>The system's C compiler, used only to check facts against its headers.</summary>
internal static class CCompiler
{
    /// <returns>What the compiler complained about; empty when nothing.</returns>
    public static string Check(string program)
    {
        using var compiler = Process.Start(new ProcessStartInfo("gcc", "-fsyntax-only -x c -")
        {
            RedirectStandardInput = true, RedirectStandardError = true,
        })!;
        compiler.StandardInput.Write(program);
        compiler.StandardInput.Close();
        string complaints = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? "" : complaints;
    }
}
