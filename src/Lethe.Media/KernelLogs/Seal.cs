using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.KernelLogs;

/// <summary>The workload cannot open the kernel's log.</summary>
internal sealed class Seal : ISeal
{
    public Medium Medium { get; } = new("kernel-log", "kernel log");

    public bool NeedsSuperuser => true;

    public SealedMedium Apply(ISealing sealing)
    {
        foreach (string device in new[] { "/dev/kmsg", "/dev/pmsg0" }.Where(File.Exists)) sealing.Launch(LaunchStep.ForbidDevice, device);
        sealing.Unshare(Namespaces.CLONE_NEWNS);
        return new Sealed(Medium, "/dev/kmsg cannot be opened", null, _ => Outcome.Empty("no process of it could write"));
    }
}
