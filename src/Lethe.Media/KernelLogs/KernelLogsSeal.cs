using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Media.KernelLogs;

/// <summary>The workload cannot open the kernel's log.</summary>
internal sealed class KernelLogsSeal : ISeal
{
    public Medium Medium => Medium.KernelLogs;

    public bool NeedsSuperuser => true;

    private static readonly string[] Devices = ["/dev/kmsg", "/dev/pmsg0"];

    public SealPlan Plan(SealConditions conditions) => new("/dev/kmsg cannot be opened")
    {
        Namespaces = Namespaces.CLONE_NEWNS,
        LaunchOrders = [.. Devices.Where(File.Exists).Select(device => new LaunchOrder.ForbidDevice(device))],
    };

    public SealedMedium Apply(SealPlan plan, ISealing sealing) =>
        new Sealed(Medium, plan, _ => Outcome.Empty(Looked(plan)));

    // Only what was there was hidden.
    private static string Looked(SealPlan plan)
    {
        string[] hidden = [.. plan.LaunchOrders.OfType<LaunchOrder.ForbidDevice>().Select(order => order.Path)];
        return hidden.Length == 0
            ? $"there was no {string.Join(" or ", Devices)}"
            : $"hidden before its first instruction: {string.Join(", ", hidden)}";
    }
}
