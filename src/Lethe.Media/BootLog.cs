using Lethe.Evidence;

namespace Lethe.Media;

/// <summary>Finds in the kernel's boot log whether the kernel zeroes memory (report_meminit, mm/mm_init.c).</summary>
internal static class BootLog
{
    /// <summary>The state in effect; null when the log lacks that line, because it wrapped or the kernel writes another.</summary>
    public static EffectiveState? EffectiveStateIn(string log)
    {
        string? line = log.Split('\n').LastOrDefault(text => text.Contains("mem auto-init: stack", StringComparison.Ordinal));
        return line is null ? null : new EffectiveState(
            line.Contains("heap alloc:on", StringComparison.Ordinal),
            line.Contains("heap free:on", StringComparison.Ordinal),
            log.Contains("CONFIG_PAGE_POISONING is on, will take precedence", StringComparison.Ordinal));
    }
}
