using System.Globalization;

namespace Lethe.Linux.Text;

/// <summary>A kernel's release, <c>6.12.57+deb13-amd64</c> for example (uname(2)); only its first two numbers can be compared.</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number.</param>
internal readonly record struct KernelRelease(int Major, int Minor)
{
    /// <summary>Where the running kernel says it.</summary>
    public const string Source = "/proc/sys/kernel/osrelease";

    /// <summary>The running kernel's, as it says it.</summary>
    public static string OfThisMachine() => File.ReadAllText(Source).Trim();

    /// <summary>Reads a release.</summary>
    /// <returns>Null when it does not begin with two numbers.</returns>
    public static KernelRelease? Parse(string release)
    {
        string[] parts = release.Split('.', '-', '+');
        return parts.Length > 1 && TryNumber(parts[0], out int major) && TryNumber(parts[1], out int minor)
            ? new KernelRelease(major, minor)
            : null;
    }

    /// <summary>Whether it is that version or a later one.</summary>
    public bool IsAtLeast(int major, int minor) => (Major, Minor).CompareTo((major, minor)) >= 0;

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
