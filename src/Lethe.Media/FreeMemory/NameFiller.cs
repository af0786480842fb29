using Lethe.Linux;

namespace Lethe.Media.FreeMemory;

/// <summary>
/// Files without a place (memfd) that have long names: each takes an open file, a directory entry, its name and an inode.
/// </summary>
/// <param name="most">How many.</param>
internal sealed class NameFiller(int most) : ZeroObjects
{
    private const long EntryBytes = 192 + 720;

    // With names that fill the caches of 64 to 512 bytes ("memfd:" comes before, a head of 16 too).
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
            // As many descriptors as this process may have.
        }

        return taken;
    }
}
