using System.Diagnostics;

namespace Lethe.Tests.Lab;

/// <summary>Whatever ends lethe, nothing of it stays: no emulator, no temporary file.</summary>
public sealed class EndOfLetheTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("KILL")]
    [InlineData("INT")]
    public void Killed_lethe_takes_its_machines_with_it(string signal)
    {
        // What it needs is there: the end comes while a machine runs.
        _ = Laboratory.Kernel("debian-6.1");
        string temporary = Directory.CreateTempSubdirectory("end-of-lethe-").FullName;
        // Whoever runs the tests may ignore Ctrl-C, as a shell's background does.
        using Process lethe = Process.Start(
            "env",
            ["--default-signal=INT", $"TMPDIR={temporary}", ShippedLethe.Path, "prove", "--route", "anonymous-memory/*", "--options", ""]
        );
        int emulator = Await(() => EmulatorsOf(lethe.Id).FirstOrDefault());
        Process.Start("kill", [$"-{signal}", lethe.Id.ToString()]).WaitForExit();
        Assert.True(lethe.WaitForExit(Limit), "lethe did not end");
        Await(() => Directory.Exists($"/proc/{emulator}") ? 0 : 1);
        Assert.Empty(Directory.GetFileSystemEntries(temporary));
        Directory.Delete(temporary);
        if (signal == "INT") Assert.Equal(130, lethe.ExitCode);
    }

    private static IEnumerable<int> EmulatorsOf(int lethe) =>
        from directory in Directory.GetDirectories("/proc")
        let name = Path.GetFileName(directory)
        where int.TryParse(name, out _) && IsEmulator(directory, lethe)
        select int.Parse(name);

    private static bool IsEmulator(string directory, int parent)
    {
        try
        {
            return File.ReadAllText($"{directory}/comm").StartsWith("qemu-system", StringComparison.Ordinal)
                && File.ReadAllLines($"{directory}/status").Contains($"PPid:\t{parent}");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int Await(Func<int> found)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Limit)
        {
            if (found() is not 0 and var value) return value;
            Thread.Sleep(20);
        }

        Assert.Fail("waited in vain");
        return 0;
    }
}
