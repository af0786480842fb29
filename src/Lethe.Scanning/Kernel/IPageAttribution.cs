namespace Lethe.Scanning.Kernel;

/// <summary>Says what a physical page is and who owns it, for hits and for the picture. Not safe for several threads.</summary>
public interface IPageAttribution
{
    /// <summary>The state of a page at this moment.</summary>
    /// <param name="frame">Page frame number: physical address / 4096.</param>
    PageState StateOf(long frame);

    /// <summary>
    /// The owner of a page in a few words: <c>process 812 (sshd)</c>, <c>file /var/log/syslog</c>,
    /// <c>slab kmalloc-1k</c>, <c>cgroup /system.slice/x.service</c>. Null when it is not known. The text is not escaped for display.
    /// </summary>
    /// <param name="frame">Page frame number: physical address / 4096.</param>
    string? OwnerOf(long frame);
}
