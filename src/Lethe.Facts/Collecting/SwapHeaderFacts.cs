using System.Text;
using Lethe.Linux;
using Lethe.Linux.Text;

namespace Lethe.Facts.Collecting;

/// <summary>
/// <c>swap-header:*</c>: the two signatures in the first page of each swap area, in use or configured, and of the device to resume from;
/// nothing else of the area is read. The first is the area's own; the second is the one that hibernation saved, and which stays there after
/// a resume (<c>struct swsusp_header</c>, kernel/power/swap.c: <c>sig</c> is set back from <c>orig_sig</c>, which nobody clears).
/// </summary>
internal sealed class SwapHeaderFacts : ISpecialFacts
{
    /// <summary>Where the signatures stand, in bytes; pages of x86-64.</summary>
    private const int PageBytes = 4096, SignatureBytes = 10, Signature = PageBytes - SignatureBytes, Saved = Signature - SignatureBytes;

    public IEnumerable<Fact> Collect(IReadOnlyList<string> patterns)
    {
        if (!patterns.Contains("swap-header:*")) yield break;
        foreach (string area in Areas().Distinct(StringComparer.Ordinal)) yield return Read(area);
    }

    // With their names as /proc/swaps has them; a slash would end a part of a pattern, so it stands as an exclamation mark.
    private static IEnumerable<string> Areas()
    {
        foreach (ActiveSwap area in ActiveSwap.All(ShownText.Of("/proc/swaps") ?? "")) yield return area.Path;
        foreach (
            string[] row in Lines("/etc/fstab")
                .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Where(row => row.Length >= 3 && row[2] == "swap" && row[0][0] != '#')
        )
            if (DeviceOf(row[0]) is { } device) yield return device;
        if (ShownText.Of("/sys/power/resume")?.Trim() is { } number && number != "0:0" && Device("/sys/dev/block/" + number) is { } resume)
            yield return resume;
    }

    private static string[] Lines(string path) => ShownText.Of(path)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string? DeviceOf(string source)
    {
        string[] parts = source.Split('=', 2);
        if (parts.Length == 1)
            return source.StartsWith("/dev/", StringComparison.Ordinal) ? Device(source)
                : source[0] == '/' ? source
                : null;
        return Device($"/dev/disk/by-{parts[0].ToLowerInvariant()}/{parts[1].Trim('"')}");
    }

    // Links lead to the name that the kernel has for a device.
    private static string? Device(string link)
    {
        string? target =
            File.Exists(link) || Directory.Exists(link)
                ? new FileInfo(link).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link
                : null;
        return target is null ? null : "/dev/" + Path.GetFileName(target);
    }

    private static Fact Read(string area)
    {
        string name = "swap-header:" + area.Replace('/', '!');
        try
        {
            using Descriptor file = Descriptor.Open(area, FileCalls.O_RDONLY | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY);
            byte[] page = new byte[PageBytes];
            if (FileStatus.Of(file) is { IsRegular: false, IsBlockDevice: false })
                return new Fact(name, Problem: "it is neither a file nor a block device", Source: area);
            return file.ReadSomeAt(0, page) < PageBytes
                ? new Fact(name, Problem: "its first page cannot be read", Source: area)
                : new Fact(name, $"signature {Text(page, Signature)}\nsaved signature {Text(page, Saved)}", Source: area);
        }
        catch (LinuxException failure)
        {
            return new Fact(
                name,
                Problem: failure.Error is Errno.EACCES or Errno.EPERM
                    ? "permission denied; run as root"
                    : $"it cannot be read (errno {failure.Error})",
                Source: area
            );
        }
    }

    // Only letters, digits and dashes are reported. Anything else is no signature, and private.
    private static string Text(byte[] page, int offset)
    {
        string text = Encoding.ASCII.GetString(page, offset, SignatureBytes).TrimEnd('\0');
        return text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') ? text : "none";
    }
}
