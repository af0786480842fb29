using System.Buffers.Text;
using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Looks up names in sysfs that do not exist. The kernel caches each as a directory entry without a file (since 5.15,
/// fs/kernfs/dir.c), in single pages of the reclaimable type. Shrinking the caches frees them. Without permission for that, the
/// kernel frees them when it needs memory.
/// </summary>
/// <param name="bytes">How much memory to take, in bytes.</param>
/// <param name="processor">The processor's number, which is part of the names.</param>
internal sealed class AbsentNameFiller(long bytes, int processor) : ZeroObjects
{
    private const int EntryBytes = 192;

    // These lengths fill the caches of 64 to 512 bytes. A name of the first length is stored in the entry itself.
    private static readonly int[] Lengths = [30, 44, 76, 108, 172, 230, 230, 250];

    public override long Take(ScrubGuard guard)
    {
        ReadOnlySpan<byte> directory = "/sys/kernel/lethe"u8;
        Span<byte> path = stackalloc byte[directory.Length + Lengths[^1] + 1];
        directory.CopyTo(path);
        long taken = 0;
        for (int count = 0; taken < bytes; count++)
        {
            if (count % 1024 == 0 && !guard.Allows(1 << 20)) break;
            int length = Lengths[count % Lengths.Length];
            Span<byte> name = path[directory.Length..];
            name[..length].Fill((byte)'0');
            Utf8Formatter.TryFormat(processor, name, out _, new System.Buffers.StandardFormat('D', 5));
            Utf8Formatter.TryFormat(count, name[5..], out _, new System.Buffers.StandardFormat('D', 10));
            name[length] = 0;
            NativePath.LookUp(path[..(directory.Length + length + 1)]);
            taken += EntryBytes + length;
        }

        return taken;
    }
}
