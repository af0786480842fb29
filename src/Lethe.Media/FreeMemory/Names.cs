using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Files without a place (memfd) that have long names: each takes a directory entry, its name, an inode, all of the kernel's
/// reclaimable kind, and nothing of it is visible in any file system.
/// </summary>
/// <param name="bytes">How much of it, in bytes.</param>
internal sealed class Names(long bytes) : ZeroObjects
{
    // Directory entry and inode; with names that fill the caches of 64 to 512 bytes ("memfd:" comes before, a head of 16 too).
    private const long EntryBytes = 192 + 720;
    private static readonly int[] Lengths = [1, 40, 70, 100, 150, 230, 249];

    public override long Take(ScrubGuard guard)
    {
        long taken = 0;
        string[] names = [.. Lengths.Select(length => new string('0', length))];
        try
        {
            for (int count = 0; taken < bytes; count++)
            {
                if (count % 256 == 0 && !guard.Allows(1 << 20)) break;
                string name = names[count % names.Length];
                Hold(new MemoryFile(name, 0));
                taken += EntryBytes + name.Length;
            }
        }
        catch (LinuxException failure) when (IsLimit(failure))
        {
            // As many descriptors as this process may have.
        }

        return taken;
    }
}
