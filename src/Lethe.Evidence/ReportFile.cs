using System.Text;

namespace Lethe.Evidence;

/// <summary>A report file is written whole or not at all.</summary>
internal static class ReportFile
{
    /// <summary>Writes a file under another name first and then puts it in place.</summary>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission; likewise untouched.</exception>
    public static void Write(string path, string content) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(content)));

    /// <summary>Likewise, for content that is written bit by bit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission; likewise untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = TemporaryBeside(path);
        try
        {
            // A new file under a name that nobody can have prepared, on its disk before it takes the place.
            using (var stream = new FileStream(temporary, FileMode.CreateNew))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, Path.GetFullPath(path), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Finds out before any work is done whether a file could be written.</summary>
    /// <exception cref="IOException">It could not.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static void CheckWritable(string path)
    {
        string temporary = TemporaryBeside(path);
        new FileStream(temporary, FileMode.CreateNew).Dispose();
        File.Delete(temporary);
    }

    private static string TemporaryBeside(string path)
    {
        string full = Path.GetFullPath(path);
        return Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
    }
}
