using Lethe.Evidence;
using Lethe.Facts.Trees;

namespace Lethe.Facts.Guests;

/// <summary>
/// A machine as Firecracker's configuration file or a request to load a snapshot describes it (src/firecracker/swagger/firecracker.yaml).
/// </summary>
internal static class FirecrackerMachine
{
    /// <summary>Reads it.</summary>
    /// <exception cref="FactsException">It is no JSON.</exception>
    public static GuestMachine Of(Reading file, string name)
    {
        ConfigurationNode root = JsonTree.Parse(file.Text ?? "", file.Source);
        ConfigurationNode machine = root["machine-config"], balloon = root["balloon"];
        Citation origin = (machine.IsPresent ? machine : root).Evidence(file.Source);
        return new GuestMachine(MachineMonitor.Firecracker, name, origin)
        {
            HugePages = machine["huge_pages"] is { IsPresent: true } pages
                ? new SwitchSetting(pages.Value is not (null or "None"), pages.Evidence(file.Source))
                : new SwitchSetting(false, origin, IsDefault: true),
            Locked = new SwitchSetting(false, origin, IsDefault: true),
            ReturnsFreePages = balloon["free_page_reporting"] is { IsPresent: true } reporting
                ? new SwitchSetting(reporting.IsTrue, reporting.Evidence(file.Source))
                : new SwitchSetting(false, balloon.IsPresent ? balloon.Evidence(file.Source) : origin, IsDefault: true),
            Encrypted = new SwitchSetting(false, origin, IsDefault: true),
            Written = [.. Written(root, file.Source)],
        };
    }

    private static IEnumerable<WrittenFile> Written(ConfigurationNode root, string source)
    {
        const string instead =
            "keep snapshots on an encrypted file system and delete them with its key, or serve pages by userfaultfd (backend_type Uffd)";
        ConfigurationNode backend = root["mem_backend"].IsPresent ? root["mem_backend"] : root["snapshot"]["mem_backend"];
        if (backend["backend_path"] is { Value: { } path } at && backend["backend_type"].Value is "File")
            yield return new WrittenFile("the memory that it starts from", path, at.Evidence(source), instead);
        foreach (ConfigurationNode holder in (ConfigurationNode[])[root, root["snapshot"]])
            if (holder["mem_file_path"] is { Value: { } old } stands)
                yield return new WrittenFile("its memory in a snapshot", old, stands.Evidence(source), instead);
    }
}
