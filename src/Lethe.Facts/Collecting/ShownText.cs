using Lethe.Linux;

namespace Lethe.Facts.Collecting;

/// <summary>Small files of things that come and go, as far as this user is shown them.</summary>
internal static class ShownText
{
    /// <summary>A file's text; null when what it belongs to is gone, or the file is not for this user.</summary>
    /// <exception cref="LinuxException">It cannot be read for another reason.</exception>
    public static string? Of(string path)
    {
        try
        {
            return VanishingFiles.TryReadText(path);
        }
        catch (LinuxException refused) when (refused.Error is Errno.EACCES or Errno.EPERM)
        {
            return null;
        }
    }
}
