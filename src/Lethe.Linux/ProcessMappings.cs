using Lethe.Linux.Text;

namespace Lethe.Linux;

/// <summary>Receives one mapping, which is valid during the call.</summary>
internal delegate void MappingSeen(in Mapping mapping);

/// <summary>The mappings of processes that may end at any time.</summary>
internal static class ProcessMappings
{
    // A path has at most 4096 bytes (PATH_MAX), and a newline in it is written as four.
    private const int LongestLine = 32 << 10;

    /// <summary>Reads all mappings of a process.</summary>
    /// <param name="path">Their list, <c>/proc/PID/maps</c>.</param>
    /// <param name="seen">Receives each mapping, in order.</param>
    /// <returns>False when the process is gone. It may have received some mappings before.</returns>
    /// <exception cref="LinuxException">The process lives, but its mappings cannot be read.</exception>
    public static bool TryRead(string path, MappingSeen seen)
    {
        using Descriptor? maps = VanishingFiles.TryOpen(path);
        if (maps is null) return false;
        var reader = new MappingReader(maps, new byte[LongestLine]);
        try
        {
            while (reader.TryRead(out Mapping mapping)) seen(mapping);
            return true;
        }
        catch (LinuxException failure) when (VanishingFiles.IsGone(failure.Error, path))
        {
            return false;
        }
    }
}
