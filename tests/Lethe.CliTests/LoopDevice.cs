using System.Diagnostics;

namespace Lethe.Tests.Cli;

/// <summary>A block device over a file of a test's own. Skips the test where there are none.</summary>
internal sealed class LoopDevice : IDisposable
{
    private readonly int bytes;

    private LoopDevice(string path, int bytes) => (Path, this.bytes) = (path, bytes);

    public string Path { get; }

    /// <summary>All that is on it.</summary>
    public byte[] Content
    {
        get
        {
            using FileStream stream = File.OpenRead(Path);
            byte[] content = new byte[bytes];
            stream.ReadExactly(content);
            return content;
        }
    }

    public static LoopDevice Make(string directory, int bytes)
    {
        bool possible = Environment.UserName == "root" && File.Exists("/dev/loop-control");
        Assert.SkipUnless(possible, "only root has loop devices, and not in every container");
        string file = System.IO.Path.Combine(directory, "disk");
        using (FileStream stream = File.Create(file)) stream.SetLength(bytes);
        string[] words = ["--find", "--show", file];
        var start = new ProcessStartInfo("losetup", words) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process losetup = Process.Start(start)!;
        string path = losetup.StandardOutput.ReadToEnd().Trim();
        losetup.WaitForExit();
        Assert.SkipUnless(losetup.ExitCode == 0, "no loop device is free");
        return new LoopDevice(path, bytes);
    }

    public void Write(int at, byte[] content)
    {
        using FileStream stream = File.OpenWrite(Path);
        stream.Position = at;
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        using Process losetup = Process.Start("losetup", ["--detach", Path]);
        losetup.WaitForExit();
    }
}
