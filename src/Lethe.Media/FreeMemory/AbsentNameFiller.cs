using System.Buffers.Text;
using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Names that do not exist, looked for in sysfs: the kernel remembers each as a directory entry without a file (since 5.15,
/// fs/kernfs/dir.c), made of single pages of its reclaimable kind. Shrinking drops them; without permission for that they go
/// when memory is wanted.
/// </summary>
/// <param name="bytes">How much of it, in bytes.</param>
/// <param name="processor">Part of the names.</param>
internal sealed class AbsentNameFiller(long bytes, int processor) : ZeroObjects
{
    private const int EntryBytes = 192;

    // They fill the caches of 64 to 512 bytes; the first is kept in the entry itself.
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
