using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Running;

/// <summary>
/// Keeps every file of the workload's private file systems from the moment it is first opened, so that deleting it does
/// not free it before it is overwritten. The opener waits until it is kept, so there is no race.
/// </summary>
internal sealed class PrivateFiles : IDisposable
{
    private const int WaitMs = 500;
    private readonly KeptObjects objects;
    private readonly Fanotify opened = new();
    private readonly Dictionary<ulong, string> mediumOfDevice = [];
    private readonly Thread server;
    private volatile bool ending;

    /// <summary>Makes it; nothing is watched yet.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public PrivateFiles(KeptObjects objects)
    {
        this.objects = objects;
        server = new Thread(Serve) { IsBackground = true, Name = "private files" };
    }

    /// <summary>Watches a file system.</summary>
    public void Watch(Descriptor mount, string medium)
    {
        mediumOfDevice[FileStatus.Of(mount).Device] = medium;
        opened.Watch(mount);
    }

    /// <summary>Begins to serve.</summary>
    public void Start() => server.Start();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (ending) return;
        ending = true;
        opened.Stop();
        if (server.IsAlive) server.Join();
        opened.Dispose();
    }

    private void Serve()
    {
        long swept = Environment.TickCount64;
        while (!ending)
        {
            opened.Serve(Keep, WaitMs);
            if (Environment.TickCount64 - swept < WaitMs) continue;
            objects.Sweep();
            swept = Environment.TickCount64;
        }
    }

    private bool Keep(Descriptor file, int task)
    {
        try
        {
            FileStatus status = FileStatus.Of(file);
            if (!status.IsRegular || !mediumOfDevice.TryGetValue(status.Device, out string? medium)) return false;
            // What the opener cuts off is lost to it anyway; overwritten first, it is lost to everybody.
            if (status.Length > 0 && CutsFile(task)) ObjectWiper.Wipe(file);
            return objects.Keep(file, medium);
        }
        catch (IOException)
        {
            return false;
        }
    }

    // /proc/PID/syscall (proc(5)): the call's number and arguments, for open, openat and creat of x86-64.
    private static bool CutsFile(int task)
    {
        try
        {
            string[] words = File.ReadAllText($"/proc/{task}/syscall").Split(' ');
            return words[0] switch
            {
                "2" => (Convert.ToUInt64(words[2], 16) & FileCalls.O_TRUNC) != 0,
                "257" => (Convert.ToUInt64(words[3], 16) & FileCalls.O_TRUNC) != 0,
                "85" => true,
                _ => false,
            };
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return false;
        }
    }
}
