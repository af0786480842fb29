using System.Collections.Concurrent;
using Lethe.Disposal.Wiping;
using Lethe.Linux;
using Lethe.Media;

namespace Lethe.Disposal.Keeping;

/// <summary>
/// Keeps every file of the workload's private file systems from the moment it is first opened, so that deleting it does
/// not free it before it is overwritten. The opener waits until it is kept, so there is no race.
/// </summary>
internal sealed class PrivateFiles : IDisposable
{
    private readonly OpenedFiles judgement;
    private readonly FanotifyOpens opened = new();
    private readonly BlockingCollection<(Descriptor File, Medium Medium)> cuts = [];
    private readonly Thread server, cutter;
    private bool ending;

    /// <summary>Makes it; nothing is watched yet.</summary>
    /// <exception cref="LinuxException">Not permitted.</exception>
    public PrivateFiles(KeptObjects objects)
    {
        judgement = new OpenedFiles(objects, OpeningCall.Cuts);
        server = new Thread(Serve) { IsBackground = true, Name = "private files" };
        cutter = new Thread(Cut) { IsBackground = true, Name = "cut files" };
    }

    /// <summary>Watches a file system.</summary>
    public void Watch(Descriptor mount, Medium medium)
    {
        judgement.Watch(FileStatus.Of(mount).Device, medium);
        opened.Watch(mount);
    }

    /// <summary>Whether a device is one of the file systems that are watched.</summary>
    public bool Has(ulong device) => judgement.Has(device);

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
        FanotifyAnswer answer = judgement.Judge(file, task, mayCut: !cuts.IsAddingCompleted, out Medium? medium);
        if (answer == FanotifyAnswer.Later) cuts.Add((file, medium!));
        return answer;
    }

    private void Cut()
    {
        foreach ((Descriptor file, Medium medium) in cuts.GetConsumingEnumerable())
        {
            bool kept = judgement.Cut(file, medium);
            opened.Allow(file);
            if (!kept) file.Dispose();
        }
    }
}
