namespace Lethe.Facts.Guests;

/// <summary>What runs a guest.</summary>
internal enum MachineMonitor
{
    /// <summary>QEMU, by its own command line.</summary>
    Qemu,

    /// <summary>QEMU, as libvirt starts it.</summary>
    Libvirt,

    /// <summary>Firecracker.</summary>
    Firecracker,

    /// <summary>Cloud Hypervisor.</summary>
    CloudHypervisor,

    /// <summary>crosvm.</summary>
    Crosvm,

    /// <summary>Whatever Kata Containers starts.</summary>
    Kata,

    /// <summary>gVisor, whose sandbox is a process with the memory of all its programs.</summary>
    Gvisor,
}
