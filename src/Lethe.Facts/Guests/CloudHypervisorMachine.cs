using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Guests;

/// <summary>
/// A machine as Cloud Hypervisor's command line or its API's VmConfig describes it (vmm/src/vm_config.rs); what is not given is off.
/// </summary>
internal static class CloudHypervisorMachine
{
    /// <summary>Reads a command line.</summary>
    public static GuestMachine Of(ArgumentList arguments, string name, string source)
    {
        int program = arguments.IndexOfProgram("cloud-hypervisor");
        Citation origin = program >= 0 ? arguments.All[program].Evidence : new Citation(source, null, name);
        Part[] memory = Parts(arguments, "memory"), zones = Parts(arguments, "memory-zone"), ram = [.. memory, .. zones];
        return Of(name, origin, ram, Parts(arguments, "balloon"), Parts(arguments, "platform")) with { Written = [.. Restored(arguments)] };
    }

    /// <summary>Reads a VmConfig.</summary>
    /// <exception cref="FactsException">It is no JSON.</exception>
    public static GuestMachine Of(Reading file, string name)
    {
        ConfigurationNode root = JsonTree.Parse(file.Text ?? "", file.Source), memory = root["memory"];
        Part[] ram = [Part.Of(memory, file.Source), .. memory["zones"].Children.Select(zone => Part.Of(zone, file.Source))];
        Part[] balloon = root["balloon"].Children.Count > 0 ? [Part.Of(root["balloon"], file.Source)] : [];
        Part[] platform = root["platform"].Children.Count > 0 ? [Part.Of(root["platform"], file.Source)] : [];
        return Of(name, (memory.IsPresent ? memory : root).Evidence(file.Source), ram, balloon, platform);
    }

    private static GuestMachine Of(string name, Citation origin, Part[] ram, Part[] balloon, Part[] platform)
    {
        SwitchSetting hugePages = Any(ram, "hugepages", origin);
        return new GuestMachine(MachineMonitor.CloudHypervisor, name, origin)
        {
            // The kernel merges neither shared pages nor huge pages (vma_ksm_compatible of mm/ksm.c).
            Merges = hugePages.IsOn is true
                ? new SwitchSetting(false, hugePages.Evidence)
                : Any([.. ram.Where(part => part.Switch("shared") is not true)], "mergeable", origin),
            File = ram.Where(part => part.Value("file") is not null)
                .Select(part => new GuestMemoryFile(part.Value("file")!, part.Line("file")))
                .FirstOrDefault(),
            HugePages = hugePages,
            Locked = new SwitchSetting(false, origin, IsDefault: true),
            ReturnsFreePages = Any(balloon, "free-page-reporting", origin),
            Encrypted = Any(platform, "sev-snp", origin) is { IsOn: true } snp ? snp : Any(platform, "tdx", origin),
        };
    }

    private static Part[] Parts(ArgumentList arguments, string option) =>
        [
            .. arguments
                .Values(option)
                .Select(argument => (argument.Evidence, List: PropertyList.Of(argument.Text)))
                .Select(said => new Part(name => said.List[name], _ => said.Evidence)),
        ];

    private static SwitchSetting Any(Part[] parts, string property, Citation origin)
    {
        Part? on = parts.FirstOrDefault(part => part.Switch(property) is true)
            ?? parts.FirstOrDefault(part => part.Switch(property) is not null);
        return on is null
            ? new SwitchSetting(false, parts.Length > 0 ? parts[0].Line(property) : origin, IsDefault: true)
            : new SwitchSetting(on.Switch(property), on.Line(property));
    }

    private static IEnumerable<WrittenFile> Restored(ArgumentList arguments) =>
        from restore in arguments.Values("restore")
        let url = PropertyList.Of(restore.Text)["source-url"]
        where url is not null
        select new WrittenFile(
            "the snapshot that it starts from",
            url,
            restore.Evidence,
            "keep snapshots on an encrypted file system and delete them with its key"
        );

    /// <summary>A list of properties of the command line, or an object of the API.</summary>
    private sealed record Part(Func<string, string?> Value, Func<string, Citation> Line)
    {
        public bool? Switch(string name) => Value(name) is { } value ? value is "on" or "true" : null;

        public static Part Of(ConfigurationNode node, string source) =>
            new(
                name => node[name.Replace('-', '_')].Value,
                name => (node[name.Replace('-', '_')] is { IsPresent: true } stands ? stands : node).Evidence(source)
            );
    }
}
