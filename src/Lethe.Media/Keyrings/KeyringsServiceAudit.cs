using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Media.Auditing;

namespace Lethe.Media.Keyrings;

/// <summary>Whether services have keyrings of their own, which end with them.</summary>
internal sealed class KeyringsServiceAudit : IAudit
{
    public Medium Medium => Medium.Keyrings;

    public IReadOnlyList<string> Wants { get; } = ServiceUnits.Wants;

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("keyring/private-to-service", Severity.Low, "services have a session keyring of their own",
            "With KeyringMode=inherit or shared a service's keys go to keyrings that others have too, and stay there after its end.",
            PrivateToService
        )
        { Routes = ["keyring/process-keyring"], References = ["NIST SP 800-53 SI-14(2)"] },
    ];

    private static IEnumerable<Judgement> PrivateToService(HostFacts facts)
    {
        var units = ServiceUnits.Of(facts);
        foreach (ServiceUnit unit in units.All)
        {
            // System services have a private one unless they say otherwise (systemd.exec(5)).
            yield return (unit["KeyringMode"]?.Value switch
            {
                null or "private" => Judgement.Closed("its session keyring ends with it", unit.Evidence("KeyringMode")),
                "inherit" or "shared" => Judgement
                    .Open("its keys are kept in keyrings that others have too", unit.Evidence("KeyringMode"))
                    .RepairedBy(UnitRepair.Of(unit, "KeyringMode", "private")),
                _ => Judgement.Unknown("needs what this KeyringMode= means", unit.Evidence("KeyringMode")),
            }).About(unit.Name);
        }

        foreach (Judgement unread in Unread.Of(units.Unread)) yield return unread;
    }
}
