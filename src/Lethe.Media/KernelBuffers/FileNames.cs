using Lethe.Canaries;
using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.KernelBuffers;

/// <summary>File names, which the kernel keeps in its cache of directory entries.</summary>
internal sealed class FileNames() : Route("file-names", "a process deletes files with telling names and exits")
{
    private const string MountPoint = "/mnt/names";
    private const int NameLength = 15 * 16;
    private const int Most = 2000;

    private Planting planting = null!;

    public override CanaryForm Form => CanaryForm.Text;

    public override long MostBytes => Most * NameLength;

    public override string? VolatileDirectory => MountPoint;

    public override void Prepare(IKeeper keeper)
    {
        // Under lethe run, this directory is the workload's own tmpfs.
        if (!Protected) Mounts.Mount("tmpfs", MountPoint, "tmpfs", "nr_inodes=4000");
    }

    public override long Plant(Planting planting)
    {
        this.planting = planting;
        return ForEachName(NativePath.CreateEmpty);
    }

    public override void EndInWorkload() => ForEachName(NativePath.Delete);

    public override void End(IKeeper keeper) => keeper.LetWorkloadExit();

    private delegate void NameAction(Descriptor directory, ReadOnlySpan<byte> name);

    private long ForEachName(NameAction act)
    {
        using Descriptor directory = Descriptor.Open(MountPoint, FileCalls.O_RDONLY);
        using MemoryRange name = MemoryRange.Anonymous(Environment.SystemPageSize);
        long done = planting.Pour(0, planting.Bytes - planting.Bytes % NameLength, piece =>
        {
            piece.CopyTo(name.Bytes);
            act(directory, name.Bytes[..(NameLength + 1)]);
            return piece.Length;
        }, NameLength);
        name.Bytes.Clear();
        return done;
    }
}
