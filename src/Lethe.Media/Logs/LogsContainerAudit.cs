using Lethe.Evidence;
using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Facts.Trees;
using Lethe.Media.Auditing;

namespace Lethe.Media.Logs;

/// <summary>Where the output of containers is kept.</summary>
internal sealed class LogsContainerAudit : IAudit
{
    public Medium Medium => Medium.Logs;

    public IReadOnlyList<string> Wants { get; } = ContainerEngines.Wants;

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("logs/engine-log-driver", Severity.Medium, "what containers print is not kept",
            "Docker keeps all that containers print in files on disk, by default without limit, until the container is removed; removing "
                + "wipes nothing.",
            ContainerOutput
        )
        { Routes = ["scratch-storage/unlink"], References = ["NIST SP 800-53 SI-12(3)", "NIST SP 800-53 SC-28"] },
    ];

    private static IEnumerable<Judgement> ContainerOutput(HostFacts facts)
    {
        var engines = ContainerEngines.Of(facts);
        foreach (ContainerEngine engine in engines.All.Where(engine => engine.IsDocker))
        {
            ConfigurationNode driver = engine.Root["log-driver"];
            Citation line = engine.Evidence(driver, "log-driver");
            yield return (driver.Value switch
            {
                "none" => Judgement.Closed("what containers print is not kept", line),
                null or "json-file" or "local" or "journald" or "syslog" => Judgement
                    .Open($"what containers print is kept on disk ({driver.Value ?? "json-file"})", line)
                    .RepairedBy(
                        new ManualRepair(
                            $"set \"log-driver\": \"none\" in {engine.Source}, or run containers that print secrets with --log-driver none"
                        )
                    ),
                _ => Judgement.Unknown($"needs how long what {driver.Value} sends elsewhere is kept there", line),
            }).About(engine.Name);
        }

        foreach (Judgement unread in Unread.Of(engines.Unread)) yield return unread;
    }
}
