using Lethe.Linux.Text;

namespace Lethe.Linux;

/// <summary>Takes one mapping, which is valid during the call.</summary>
internal delegate void MappingSeen(in Mapping mapping);

/// <summary>The mappings of processes that may end at any time.</summary>
internal static class ProcessMappings
{
    // A path has at most 4096 bytes (PATH_MAX), of which each line's end takes four.
    private const int LongestLine = 32 << 10;

    /// <summary>Reads all mappings of a process.</summary>
    /// <param name="path">Its list, <c>/proc/PID/maps</c>.</param>
    /// <param name="seen">Takes each, in order.</param>
    /// <returns>False when the process is gone; some may have been taken before it went.</returns>
    /// <exception cref="LinuxException">It lives and cannot be asked.</exception>
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
