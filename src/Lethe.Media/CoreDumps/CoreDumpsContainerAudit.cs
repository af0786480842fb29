using System.Globalization;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Facts.Trees;
using Lethe.Media.Auditing;

namespace Lethe.Media.CoreDumps;

/// <summary>
/// Whether containers and services may dump core. With a limit of 0 no file is written, and handlers such as systemd-coredump store
/// nothing. But a handler that ignores the limit still gets the dump (fs/coredump.c).
/// </summary>
internal sealed class CoreDumpsContainerAudit : IAudit
{
    private const string Limit = "RLIMIT_CORE";

    public Medium Medium => Medium.CoreDumps;

    public IReadOnlyList<string> Wants { get; } = [.. ContainerEngines.Wants, .. ServiceUnits.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("core-dump/containers-limited", Severity.Low, "containers dump no core",
            "A program that crashes leaves its memory in a core dump on the host, outside its container, where nothing deletes it with "
                + "the container.",
            ContainersLimited
        )
        { Routes = ["core-dump/file"], References = ["NIST SP 800-53 SC-28"] },
        new("core-dump/services-limited", Severity.Low, "services that hold secrets dump no core",
            "LimitCORE=0 keeps a service's memory out of core dumps; CoredumpFilter= at least leaves its anonymous and shared memory out.",
            ServicesLimited
        )
        { Routes = ["core-dump/file", "core-dump/pipe-handler"], References = ["NIST SP 800-53 SC-28"] },
    ];

    private static IEnumerable<Judgement> ContainersLimited(HostFacts facts)
    {
        var containers = OciContainers.Of(facts);
        var engines = ContainerEngines.Of(facts);
        foreach (OciContainer container in containers.All)
        {
            ConfigurationNode limit = container.Limit(Limit);
            yield return (limit["hard"].Value == "0"
                ? Judgement.Closed("its limit on core dumps is 0", container.Evidence(limit["hard"], ""))
                : Judgement
                    .Open(
                        limit.IsPresent ? "it may dump core" : "its limit on core dumps is its runtime's",
                        container.Evidence(limit["hard"], $"process.rlimits has no {Limit}")
                    )
                    .RepairedBy(
                        new ManualRepair($"add {{\"type\": \"{Limit}\", \"hard\": 0, \"soft\": 0}} to process.rlimits in config.json")
                    )
        ).About(container.Subject);
        }

        foreach (ContainerEngine engine in engines.All.Where(engine => engine.IsDocker))
        {
            ConfigurationNode limit = engine.Root["default-ulimits"]["core"];
            yield return (limit["Hard"].Value == "0"
                ? Judgement.Closed("containers' limit on core dumps is 0", engine.Evidence(limit["Hard"], ""))
                : Judgement.Open("containers may dump core", engine.Evidence(limit, "default-ulimits.core"))
                    .RepairedBy(
                        new ManualRepair(
                            $"set \"default-ulimits\": {{\"core\": {{\"Name\": \"core\", \"Hard\": 0, \"Soft\": 0}}}} in {engine.Source}"
                        )
                    )
        ).About(engine.Name);
        }

        foreach (Judgement unread in Unread.Of([.. containers.Unread, .. engines.Unread])) yield return unread;
    }

    private static IEnumerable<Judgement> ServicesLimited(HostFacts facts)
    {
        var units = ServiceUnits.Of(facts);
        foreach (ServiceUnit unit in units.All)
        {
            Judgement judgement =
                unit["LimitCORE"]?.Value.Split(':')[^1].TrimEnd('K', 'M', 'G', 'T') == "0"
                    ? Judgement.Closed("its limit on core dumps is 0", unit.Evidence("LimitCORE"))
                : unit["CoredumpFilter"] is var (filter, line) && LeavesMemoryOut(filter)
                    ? Judgement.Closed("its core dumps leave its memory out", line)
                : Judgement
                    .Open("its core dumps hold its memory", unit.Evidence("LimitCORE"))
                    .RepairedBy(UnitRepair.Of(unit, "LimitCORE", "0"));
            yield return judgement.About(unit.Name);
        }

        foreach (Judgement unread in Unread.Of(units.Unread)) yield return unread;
    }

    // Bits 0, 1, 5 and 6 of core(5) are anonymous memory and huge pages.
    private static bool LeavesMemoryOut(string filter)
    {
        const ulong memory = 0b110_0011;
        foreach (string word in filter.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string digits = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? word[2..] : word;
            if (ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits))
            {
                if ((bits & memory) != 0) return false;
            }
            else if (word is not ("elf-headers" or "private-file-backed" or "shared-file-backed")) return false;
        }

        return true;
    }
}
