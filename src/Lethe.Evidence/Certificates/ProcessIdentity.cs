namespace Lethe.Evidence.Certificates;

/// <summary>One process, told apart from a later one that got the same number.</summary>
/// <param name="ProcessId">Its number.</param>
/// <param name="StartTime">When it was started, in clock ticks since boot (field 22 of /proc/PID/stat).</param>
/// <param name="BootId">Which boot that was (/proc/sys/kernel/random/boot_id).</param>
public sealed record ProcessIdentity(int ProcessId, long StartTime, string BootId);
