using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Memfds with long names. Each takes an open file, a directory entry, its name and an inode.
/// </summary>
/// <param name="most">How many memfds to create at most.</param>
internal sealed class NameFiller(int most) : ZeroObjects
{
    private const long EntryBytes = 192 + 720;

    // Names of these lengths fill the caches of 64 to 512 bytes: the kernel adds "memfd:" and a header of 16 bytes.
    private static readonly int[] Lengths = [1, 40, 70, 100, 150, 230, 249];

    public override long Take(ScrubGuard guard)
    {
        long taken = 0;
        string[] names = [.. Lengths.Select(length => new string('0', length))];
        try
        {
            for (int count = 0; count < most; count++)
            {
                if (count % 256 == 0 && !guard.Allows(1 << 20)) break;
                string name = names[count % names.Length];
                Hold(new MemoryFile(name, 0));
                taken += EntryBytes + name.Length;
            }
        }
        catch (LinuxException failure) when (IsLimit(failure))
        {
            // This process has as many descriptors as it may have.
        }

        return taken;
    }
}
