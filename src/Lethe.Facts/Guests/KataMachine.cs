using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Guests;

/// <summary>
/// The machines that Kata Containers starts, one kind for each hypervisor it has a section for
/// (src/runtime/config/configuration-*.toml.in).
/// </summary>
internal static class KataMachine
{
    /// <summary>Where its configuration is found on hosts.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        "/etc/kata-containers/configuration.toml",
        "/usr/share/defaults/kata-containers/configuration.toml",
        "/opt/kata/share/defaults/kata-containers/configuration.toml",
    ];

    /// <summary>Reads them.</summary>
    /// <exception cref="FactsException">It is no TOML.</exception>
    public static IEnumerable<GuestMachine> Of(Reading file)
    {
        ConfigurationNode root = TomlTree.Parse(file.Text ?? "", file.Source);
        foreach (ConfigurationNode hypervisor in root["hypervisor"].Children)
        {
            if (hypervisor.Children.Count == 0) continue;
            Citation origin = hypervisor.Evidence(file.Source) with { Text = $"[hypervisor.{hypervisor.Name}]" };
            SwitchSetting hugePages = Of("enable_hugepages");
            yield return new GuestMachine(MachineMonitor.Kata, $"Kata ({hypervisor.Name})", origin)
            {
                // Kata has no option for it, and of its drivers only StratoVirt's switches it off (src/runtime/virtcontainers).
                DumpsCore = hypervisor.Name == "qemu" ? new SwitchSetting(true, origin, IsDefault: true) : null,
                File = hugePages.IsOn is true ? null : File(hypervisor, file.Source),
                HugePages = hugePages,
                Locked = new SwitchSetting(false, origin, IsDefault: true),
                ReturnsFreePages = Of("reclaim_guest_freed_memory"),
                GuestSwap = Of("enable_guest_swap"),
                Encrypted = Of("confidential_guest"),
                Written = [.. Written(hypervisor, root["factory"], file.Source)],
            };

            SwitchSetting Of(string key) =>
                hypervisor[key] is { IsPresent: true } node
                    ? new SwitchSetting(node.IsTrue, node.Evidence(file.Source))
                    : new SwitchSetting(false, origin, IsDefault: true);
        }
    }

    // With virtio-fs the runtime puts memory into /dev/shm by itself, for the daemon to share it.
    private static GuestMemoryFile? File(ConfigurationNode hypervisor, string source)
    {
        if (hypervisor["file_mem_backend"] is { Value.Length: > 0 } said) return new GuestMemoryFile(said.Value, said.Evidence(source));
        ConfigurationNode shared = hypervisor["shared_fs"];
        return shared.Value is "virtio-fs" or "virtio-fs-nydus" ? new GuestMemoryFile("/dev/shm", shared.Evidence(source)) : null;
    }

    private static IEnumerable<WrittenFile> Written(ConfigurationNode hypervisor, ConfigurationNode factory, string source)
    {
        if (hypervisor["guest_memory_dump_path"] is { Value.Length: > 0 } dump)
            yield return new WrittenFile(
                "its memory when its kernel panics",
                dump.Value,
                dump.Evidence(source),
                "set guest_memory_dump_path = \"\""
            );
        if (factory["enable_template"] is { IsTrue: true } template)
            yield return new WrittenFile(
                "the memory that all machines start from",
                factory["template_path"].Value ?? "/run/vc/vm/template",
                template.Evidence(source),
                "set enable_template = false under [factory]"
            );
        if (int.TryParse(factory["vm_cache_number"].Value, out int cached) && cached > 0)
            yield return new WrittenFile(
                "the memory of machines that are kept ready",
                "the cache's processes",
                factory["vm_cache_number"].Evidence(source),
                "set vm_cache_number = 0 under [factory]"
            );
    }
}
