using Lethe.Evidence;

namespace Lethe.Media;

/// <summary>Reads out of the kernel's boot log what it does about zeroing (report_meminit, mm/mm_init.c).</summary>
internal static class BootLog
{
    /// <summary>The effective state; null when the log does not say, because it wrapped or the kernel is another.</summary>
    public static EffectiveState? EffectiveStateIn(string log)
    {
        string? line = log.Split('\n').LastOrDefault(text => text.Contains("mem auto-init: stack", StringComparison.Ordinal));
        return line is null ? null : new EffectiveState(
            line.Contains("heap alloc:on", StringComparison.Ordinal),
            line.Contains("heap free:on", StringComparison.Ordinal),
            log.Contains("CONFIG_PAGE_POISONING is on, will take precedence", StringComparison.Ordinal));
    }
}
