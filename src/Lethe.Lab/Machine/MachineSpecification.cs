using Lethe.Lab.Guest;

namespace Lethe.Lab.Machine;

/// <summary>Everything that decides what virtual machine is built.</summary>
/// <param name="Kernel">Path of the kernel image.</param>
/// <param name="InitialRamDisk">Path of the guest image.</param>
/// <param name="Options">What is added to the kernel's command line.</param>
/// <param name="MemoryBytes">The machine's memory.</param>
/// <param name="SwapDiskBytes">The size of its swap disk.</param>
/// <param name="Accelerator">kvm or tcg.</param>
/// <param name="ToolsDisk">Path of the read-only disk with programs for some routes.</param>
/// <param name="ProtectedWith">Options of the <c>lethe run</c> that the guest's workload runs under; null for none.</param>
/// <param name="Processors">How many processors it has.</param>
internal sealed record MachineSpecification(
    string Kernel, string InitialRamDisk, string Options, long MemoryBytes, long SwapDiskBytes, string Accelerator, string ToolsDisk,
    string? ProtectedWith = null, int Processors = 1)
{
    /// <summary>Size of the scratch disk, in bytes.</summary>
    public const long ScratchDiskBytes = 128L << 20;

    /// <summary>
    /// Size of the persistent memory module, in bytes: a multiple of 16 MiB, and 128 KiB of labels (otherwise ndctl
    /// calls it misaligned).
    /// </summary>
    public const long PersistentMemoryBytes = (128L << 20) + (128L << 10);

    /// <summary>The most memory a machine can have: above 3 GiB the pc machine has a hole for PCI devices.</summary>
    public const long MostMemoryBytes = 3L << 30;

    /// <summary>The emulator's arguments.</summary>
    /// <param name="memory">Path of the memory file for RAM.</param>
    /// <param name="scratch">Path of the scratch disk.</param>
    /// <param name="swap">Path of the swap disk.</param>
    /// <param name="persistent">Path of the memory file for the persistent memory module.</param>
    /// <param name="incoming">Whether the machine waits for a snapshot.</param>
    internal IReadOnlyCollection<string> Arguments(string memory, string scratch, string swap, string persistent, bool incoming)
    {
        // What the kernel prints late goes nowhere but the console; a panic reboots, which ends the emulator.
        // edd, cryptomgr and tsc only save time; swiotlb keeps 64 MiB out of hibernation images; secretmem is needed by one route and off
        // in older kernels.
        string protection = ProtectedWith is null ? "" : ProtectionOrder.KernelWord(ProtectedWith) + " ";
        string commandLine = (
            "console=ttyS0 quiet panic=-1 swiotlb=noforce edd=off cryptomgr.notests tsc=reliable secretmem.enable=1 "
            + $"{protection}{Options}"
        ).TrimEnd();
        return
        [
            "-accel", Accelerator == "tcg" ? "tcg,tb-size=128" : Accelerator,
            // The oldest model that .NET's precompiled code runs on, with a random generator for the guest's start.
            "-cpu", Accelerator == "tcg" ? "Nehalem,+rdrand" : "host",
            "-machine", "pc,memory-backend=ram0,nvdimm=on", "-m", $"{MemoryBytes >> 20},slots=2,maxmem=8G", "-smp", $"{Processors}",
            "-display", "none", "-nodefaults", "-no-user-config", "-no-reboot",
            "-object", $"memory-backend-file,id=ram0,share=on,mem-path={memory},size={MemoryBytes}",
            "-chardev", "socket,id=monitor,fd=3", "-mon", "chardev=monitor,mode=control",
            "-chardev", "file,id=console,path=/dev/fd/5", "-serial", "chardev:console",
            "-chardev", "socket,id=guest,fd=4", "-serial", "chardev:guest",
            "-drive",
            $"if=none,id=scratch,file={scratch},format=raw,discard=unmap,detect-zeroes=off",
            "-device",
            "virtio-blk-pci,drive=scratch",
            "-drive", $"if=none,id=swap,file={swap},format=raw,discard=unmap,detect-zeroes=off", "-device", "virtio-blk-pci,drive=swap",
            "-drive",
            $"if=none,id=tools,file={ToolsDisk.Replace(",", ",,", StringComparison.Ordinal)},format=raw,readonly=on",
            "-device",
            "virtio-blk-pci,drive=tools",
            "-object", $"memory-backend-file,id=persistent,share=on,mem-path={persistent},size={PersistentMemoryBytes}",
            "-device", "nvdimm,id=module,memdev=persistent,label-size=128K",
            "-device", "vmcoreinfo",
            "-kernel", Kernel, "-initrd", InitialRamDisk, "-append", commandLine,
            .. incoming ? ["-incoming", "defer"] : Array.Empty<string>(),
        ];
    }
}
