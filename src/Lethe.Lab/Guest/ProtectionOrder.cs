using Lethe.Media.Matrix;
using Lethe.Media.Routes;

namespace Lethe.Lab.Guest;

/// <summary>
/// How the guest is told to start its workload under <c>lethe run</c>, and how it then does. The keeper starts the
/// workload before it says its first word to the laboratory, so it reads this from the kernel's command line.
/// </summary>
internal static class ProtectionOrder
{
    // An unknown word with a dot is left alone by the kernel, and quotes keep what has spaces together (kernel/params.c).
    private const string Word = "lethe.protected=\"";

    // The kernel's command line has 2048 bytes (arch/x86/include/asm/setup.h).
    private const int LongestOptions = 1024;

    /// <summary>Whether these options can be handed over: printable, without quotes, not too long.</summary>
    public static bool CanCarry(string options) =>
        options.Length <= LongestOptions && options.All(letter => letter is >= ' ' and <= '~' and not '"');

    /// <summary>The word of the kernel's command line.</summary>
    /// <param name="options">Options of <c>lethe run</c>, for which <see cref="CanCarry"/> is true.</param>
    public static string KernelWord(string options) => $"{Word}{options}\"";

    /// <summary>The options of <c>lethe run</c>, or null when the workload is to run without it.</summary>
    /// <param name="commandLine">The kernel's command line.</param>
    public static string? OptionsIn(string commandLine)
    {
        int word = commandLine.IndexOf(Word, StringComparison.Ordinal);
        if (word < 0) return null;
        int start = word + Word.Length;
        int end = commandLine.IndexOf('"', start);
        return end < 0 ? null : commandLine[start..end];
    }

    /// <summary>What this guest was told.</summary>
    internal static string? OptionsOfGuest() => OptionsIn(File.ReadAllText("/proc/cmdline"));

    /// <summary>The arguments of lethe that start the workload.</summary>
    /// <param name="options">The options of <c>lethe run</c>, separated by spaces; null to start without it.</param>
    public static IReadOnlyCollection<string> Arguments(string? options) => options is null
        ? [GuestPaths.WorkloadVerb]
        :
        [
            GuestPaths.RunVerb, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            .. Catalog.VolatileDirectories.SelectMany(directory => new[] { "--volatile", directory }),
            .. RunScratch.Options, "--no-certificate", "--", GuestPaths.Program, GuestPaths.WorkloadVerb,
        ];
}
