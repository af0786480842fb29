using Lethe.Facts.Containers;

namespace Lethe.Media.Auditing;

/// <summary>A drop-in for a service.</summary>
internal static class UnitRepair
{
    /// <summary>A drop-in with one setting of the section <c>[Service]</c>.</summary>
    public static DropIn Of(ServiceUnit unit, string key, string value) =>
        new($"etc/systemd/system/{RepairName.Of(unit.Name)}.d/90-lethe.conf", "Service", key, value);
}
