using Lethe.Linux.Text;

namespace Lethe.Linux;

/// <summary>A mounted file system, as a process sees it.</summary>
/// <param name="Directory">The mount point.</param>
/// <param name="Type"><c>ext4</c> for example.</param>
/// <param name="Options">The file system's options: words, or <c>name=value</c>.</param>
internal sealed record MountedFileSystem(string Directory, string Type, IReadOnlyList<string> Options)
{
    /// <summary>All mounts that a process sees, in the order of <c>/proc/PID/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
    /// <param name="process">The process's number, or <c>self</c>.</param>
    /// <exception cref="IOException">The process is gone.</exception>
    public static IEnumerable<MountedFileSystem> Of(string process)
    {
        foreach (string line in File.ReadLines($"/proc/{process}/mountinfo"))
        {
            // The mount point is the fifth word; type, source and options follow a lone hyphen.
            string[] words = line.Split(' ');
            int hyphen = Array.IndexOf(words, "-", 6);
            if (hyphen > 0 && words.Length > hyphen + 3)
                yield return new MountedFileSystem(OctalEscapes.Undo(words[4]), words[hyphen + 1], words[hyphen + 3].Split(','));
        }
    }
}
