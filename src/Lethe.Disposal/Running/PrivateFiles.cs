using System.Collections.Concurrent;
using Lethe.Disposal.Wiping;
using Lethe.Linux;

namespace Lethe.Disposal.Running;

/// <summary>
/// Keeps every file of the workload's private file systems from the moment it is first opened, so that deleting it does
/// not free it before it is overwritten. The opener waits until it is kept, so there is no race.
/// </summary>
internal sealed class PrivateFiles : IDisposable
{
    private const int AskAgain = 200;
    private readonly KeptObjects objects;
    private readonly FanotifyOpens opened = new();
    private readonly Dictionary<ulong, string> mediumOfDevice = [];
    private readonly BlockingCollection<(Descriptor File, string Medium)> cuts = [];
    private readonly Thread server, cutter;
    private bool ending;

    /// <summary>Makes it; nothing is watched yet.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public PrivateFiles(KeptObjects objects)
    {
        this.objects = objects;
        server = new Thread(Serve) { IsBackground = true, Name = "private files" };
        cutter = new Thread(Cut) { IsBackground = true, Name = "cut files" };
    }

    /// <summary>Watches a file system.</summary>
    public void Watch(Descriptor mount, string medium)
    {
        mediumOfDevice[FileStatus.Of(mount).Device] = medium;
        opened.Watch(mount);
    }

    /// <summary>Whether a device is one of the file systems that are watched.</summary>
    public bool Has(ulong device) => mediumOfDevice.ContainsKey(device);

    /// <summary>Begins to serve.</summary>
    public void Start()
    {
        server.Start();
        cutter.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (ending) return;
        // The cutter opens files itself, which the server has to answer.
        cuts.CompleteAdding();
        if (cutter.IsAlive) cutter.Join();
        ending = true;
        opened.Stop();
        if (server.IsAlive) server.Join();
        opened.Dispose();
    }

    private void Serve()
    {
        while (opened.Serve(Judge))
        {
        }
    }

    private FanotifyAnswer Judge(Descriptor file, int task)
    {
        try
        {
            FileStatus status = FileStatus.Of(file);
            if (!status.IsRegular || !mediumOfDevice.TryGetValue(status.Device, out string? medium)) return FanotifyAnswer.Release;
            if (status.Length > 0 && !cuts.IsAddingCompleted && CutsFile(task))
            {
                cuts.Add((file, medium));
                return FanotifyAnswer.Later;
            }

            return objects.Keep(file, medium) ? FanotifyAnswer.Keep : FanotifyAnswer.Release;
        }
        catch (IOException)
        {
            return FanotifyAnswer.Release;
        }
    }

    // What the opener cuts off is lost to it anyway; overwritten first, it is lost to everybody.
    private void Cut()
    {
        foreach ((Descriptor file, string medium) in cuts.GetConsumingEnumerable())
        {
            bool kept = false;
            try
            {
                KeptObjects.Overwrite(file);
                kept = objects.Keep(file, medium);
            }
            catch (IOException)
            {
                // Being executed, for example: then the opener's own call fails too.
            }

            opened.Allow(file);
            if (!kept) file.Dispose();
        }
    }

    // /proc/PID/syscall (proc(5)): the call's number and arguments, once the task sleeps; for open, creat, openat and openat2.
    private static bool CutsFile(int task)
    {
        try
        {
            string[] words = ["running"];
            for (int again = 0; again < AskAgain && words[0].StartsWith("running", StringComparison.Ordinal); again++)
            {
                if (again > 0) Scheduling.SleepMicroseconds(20);
                // Who is gone cuts nothing any more.
                if (VanishingFiles.TryReadText($"/proc/{task}/syscall") is not { } text) return false;
                words = text.Split(' ');
            }

            return words switch
            {
                ["2", _, var flags, ..] => (Convert.ToUInt64(flags, 16) & FileCalls.O_TRUNC) != 0,
                ["85", ..] => true,
                ["257", _, _, var flags, ..] => (Convert.ToUInt64(flags, 16) & FileCalls.O_TRUNC) != 0,
                // struct open_how begins with its flags.
                ["437", _, _, var how, ..] => (TaskView.ReadNumber(task, Convert.ToUInt64(how, 16)) & FileCalls.O_TRUNC) != 0,
                _ => false,
            };
        }
        catch (LinuxException)
        {
            // Its flags cannot be read (EFAULT), and then the kernel cannot read them either. The file is kept all the same.
            return false;
        }
    }
}
