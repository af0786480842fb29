using Lethe.Evidence.Audit;
using Lethe.Media.Auditing;

namespace Lethe.Media.CoreDumps;

/// <summary>Whether crashes write memory to disks, and what earlier crashes have left.</summary>
internal sealed class CoreDumpsAudit : IAudit
{
    private static readonly string[] AtRest = ["NIST SP 800-53 SC-28", "NIST SP 800-53 SI-12(3)", "PCI DSS 4.0.1 3.2.1"];

    private static readonly LeftFiles[] Left =
    [
        Dumps("/var/lib/systemd/coredump/"), Dumps("/var/crash/"), Dumps("/var/spool/abrt/"), Dumps("/var/lib/apport/coredump/"),
    ];

    public Medium Medium => Medium.CoreDumps;

    public IReadOnlyList<string> Wants { get; } =
    [.. ProcessDumps.Wants, .. KernelDumps.Wants, .. CrashLogs.Wants, .. Left.Select(left => left.Directories)];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("core-dump/not-kept", Severity.High, "crashed processes are not written to disk",
            "A core dump is the memory of a process, with its keys and data, in a file that outlives it.", ProcessDumps.NotKept)
        {
            Routes = ["core-dump/file", "core-dump/pipe-handler"],
            References =
            [
                .. AtRest,
                "Lynis KRNL-5820",
                "ComplianceAsCode sysctl_kernel_core_pattern",
                "ComplianceAsCode coredump_disable_storage",
            ],
        },
        new("core-dump/environment-not-logged", Severity.Medium, "the environment of crashed processes is not logged",
            "Environments often hold passwords and tokens; systemd-coredump puts them into the journal even when it keeps no memory.",
            ProcessDumps.EnvironmentNotLogged
        )
        {
            AlsoMedia = [Medium.Logs],
            References = ["NIST SP 800-53 SI-12(3)", "ComplianceAsCode coredump_disable_backtraces"],
        },
        new("core-dump/privileged-not-dumped", Severity.Medium, "processes with more rights than their user are not dumped",
            "Programs that change their identity read what their users may not; a dump of them shows it.", ProcessDumps.NoPrivileged)
        {
            References = ["KSPP: fs.suid_dumpable=0", "ComplianceAsCode sysctl_fs_suid_dumpable", .. AtRest],
        },
        new("core-dump/none-left", Severity.High, "no core dumps lie about",
            "Dumps of earlier crashes hold the memory of processes that ended long ago.", facts => Left.SelectMany(left => left.Of(facts)))
        {
            Routes = ["core-dump/file"],
            References = ["NIST SP 800-53 SI-14(2)", "NIST SP 800-53 MP-6", .. AtRest],
        },
        new("core-dump/kernel-dump-filtered", Severity.High, "a dump of the kernel leaves out what workloads had in memory",
            "When the kernel crashes, kdump saves all memory unless makedumpfile is told to leave out processes, caches and free pages.",
            KernelDumps.Filtered
        )
        {
            References = ["ComplianceAsCode service_kdump_disabled", .. AtRest],
        },
        new("core-dump/kernel-dump-encrypted", Severity.Medium, "a dump of the kernel is written to an encrypted device",
            "Even without pages of processes the kernel's own memory holds keys, names and pieces of data.", KernelDumps.Encrypted)
        {
            References = ["NIST SP 800-53 SC-28", "kernel-hardening-checker CRASH_DUMP"],
        },
        new("core-dump/crash-logs-left", Severity.Medium, "no logs of crashes lie about",
            "The kernel's log holds what programs and drivers wrote to it; firmware keeps it without power, for as long as nobody deletes "
                + "it.",
            CrashLogs.NoneLeft
        )
        {
            References = ["NIST SP 800-53 SI-12(3)"],
        },
        new("core-dump/crash-logs-not-kept", Severity.Low, "firmware does not keep the kernel's log over a crash",
            "A crash writes the end of the kernel's log into firmware variables, out of reach of any disk encryption.", CrashLogs.NotKept)
        {
            References = ["NIST SP 800-53 SI-14(2)"],
        },
    ];

    // Besides dumps, their directories hold locks and what kdump-tools records about its kernel.
    private static LeftFiles Dumps(string directory) =>
        new(
            directory,
            "core dumps",
            new ManualRepair(
                $"overwrite and delete the files in {directory.TrimEnd('/')}; flash memory may keep their blocks until they are discarded "
                    + "or its key is destroyed"
            )
        )
        {
            Counts = entry => entry.Name is not (".lock" or "kexec_cmd") && !entry.Name.StartsWith("linux-image", StringComparison.Ordinal),
        };
}
