namespace Lethe.Scanning.Kernel;

/// <summary>Says what a physical page is and whose, for hits and for the picture. Used by one thread.</summary>
public interface IPageAttribution
{
    /// <summary>What a page is at this moment.</summary>
    /// <param name="frame">Page frame number: physical address / 4096.</param>
    PageState StateOf(long frame);

    /// <summary>
    /// Whose a page is, as far as can be known, in a few words: <c>process 812 (sshd)</c>, <c>file /var/log/syslog</c>,
    /// <c>slab kmalloc-1k</c>, <c>cgroup /system.slice/x.service</c>; null when that is not known. Not escaped for showing.
    /// </summary>
    /// <param name="frame">Page frame number.</param>
    string? OwnerOf(long frame);
}
