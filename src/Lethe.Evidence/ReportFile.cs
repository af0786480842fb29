namespace Lethe.Evidence;

/// <summary>A report file is written whole or not at all.</summary>
public static class ReportFile
{
    /// <summary>Writes a file under another name first and then puts it in place.</summary>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission; likewise untouched.</exception>
    public static void Write(string path, string content)
    {
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}");
        try
        {
            File.WriteAllText(temporary, content);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
