using Lethe.Evidence.Audit;
using Lethe.Media.Auditing;

namespace Lethe.Media.WaysToRead;

/// <summary>What makes residue easy to read, wherever it is. Closing these ways overwrites nothing.</summary>
internal sealed class WaysToReadAudit : IAudit
{
    private const string ObjectReuse = "NIST SP 800-53 SC-4 (object reuse; it excludes remanence)", Automated = "SRG-OS-000138";

    public Medium Medium => Medium.WaysToRead;

    public IReadOnlyList<string> Wants { get; } = [.. KernelInterfaces.Wants, .. DeviceAccess.Wants, .. MemoryAtRest.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("ways-to-read/kernel-core", Severity.Medium, "/proc/kcore cannot be read",
            "It shows all of memory to root, free pages and what they still hold among it.", KernelInterfaces.KernelCore)
        {
            References = ["KSPP: CONFIG_PROC_KCORE is not set"],
        },
        new("ways-to-read/physical-memory", Severity.Medium, "/dev/mem does not show memory",
            "Without CONFIG_STRICT_DEVMEM it shows all of memory to root.", KernelInterfaces.PhysicalMemory)
        {
            References = ["KSPP: CONFIG_DEVMEM is not set", "KSPP: CONFIG_STRICT_DEVMEM=y"],
        },
        new("ways-to-read/other-kernel", Severity.Medium, "no other kernel is started over memory as it is",
            "A kernel that kexec starts finds memory as this one left it, and need not clear it.", KernelInterfaces.OtherKernel)
        {
            References = ["KSPP: kernel.kexec_load_disabled=1", "ComplianceAsCode sysctl_kernel_kexec_load_disabled"],
        },
        new("ways-to-read/locked-down", Severity.Medium, "the kernel is locked against being read",
            "Lockdown for confidentiality closes kcore, /dev/mem, kexec, perf and BPF's reading of memory together.",
            KernelInterfaces.LockedDown
        )
        {
            References = ["kernel-hardening-checker LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY"],
        },
        new("ways-to-read/debugging", Severity.Low, "debugfs is not mounted",
            "It shows state of drivers and memory that was made for developers, not for production.", KernelInterfaces.Debugging)
        {
            References = ["kernel-hardening-checker DEBUG_FS"],
        },
        new("ways-to-read/other-processes", Severity.Medium, "processes of one user do not read each other",
            "Without Yama one program that is broken into reads the keys of all other programs of its user.",
            KernelInterfaces.OtherProcesses
        )
        {
            References = ["kernel-hardening-checker kernel.yama.ptrace_scope", ObjectReuse],
        },
        new("ways-to-read/sampling", Severity.Low, "programs without rights do not sample the kernel",
            "Samples of the kernel show addresses and values of others.", KernelInterfaces.Sampling)
        {
            References = [Automated, "ComplianceAsCode sysctl_kernel_perf_event_paranoid"],
        },
        new("ways-to-read/loaded-programs", Severity.Low, "programs without rights load no code into the kernel",
            "BPF code runs beside all memory; bugs of its checks and of processors have read it more than once.",
            KernelInterfaces.LoadedPrograms
        )
        {
            References = ["kernel-hardening-checker kernel.unprivileged_bpf_disabled"],
        },
        new("ways-to-read/page-faults", Severity.Low, "programs without rights do not handle the kernel's page faults",
            "Who stops the kernel at a page decides when freed memory is read; many exploits use that.", KernelInterfaces.PageFaults)
        {
            References = ["kernel-hardening-checker vm.unprivileged_userfaultfd"],
        },
        new("ways-to-read/kernel-addresses", Severity.Low, "the kernel does not tell its addresses",
            "Addresses turn a bug that reads anywhere into one that reads what is wanted.", KernelInterfaces.KernelAddresses)
        {
            References = ["kernel-hardening-checker kernel.kptr_restrict"],
        },
        new("ways-to-read/devices-confined", Severity.Medium, "an IOMMU keeps devices from memory that is not theirs",
            "Without one a device, or what its firmware has become, reads all of memory without the processor taking part.",
            DeviceAccess.Confined
        )
        {
            References = ["kernel-hardening-checker EFI_DISABLE_PCI_DMA"],
        },
        new("ways-to-read/plugged-in-devices", Severity.Medium, "what is plugged into Thunderbolt does not read memory",
            "Thunderbolt carries PCI Express: whoever has a minute at the machine can read its memory.", DeviceAccess.PluggedIn),
        new("ways-to-read/memory-encrypted", Severity.Low, "memory chips hold cipher text",
            "Chips keep their content for seconds to minutes without power, longer when cold; a key in the processor makes that useless.",
            MemoryAtRest.Encrypted
        ),
        new("ways-to-read/memory-cleared-at-restart", Severity.Medium, "firmware clears memory after an unplanned restart",
            "Restarting into another system finds memory as it was, unless firmware was asked to clear it (the MOR bit).",
            MemoryAtRest.ClearedAtRestart
        )
        {
            References = ["KSPP: CONFIG_RESET_ATTACK_MITIGATION=y", "Lynis CRYP-8006", "NIST SP 800-53 MP-6"],
        },
    ];
}
