using Lethe.Evidence.Audit;
using Lethe.Media.Auditing;

namespace Lethe.Media.PersistentMemory;

/// <summary>Whether data written to persistent memory can be read from it afterwards.</summary>
internal sealed class PersistentMemoryAudit : IAudit
{
    private const string AtRest = "NIST SP 800-53 SC-28", Sanitization = "NIST SP 800-53 MP-6";

    public Medium Medium => Medium.PersistentMemory;

    public IReadOnlyList<string> Wants { get; } = [.. PersistentNamespaceRules.Wants, .. Modules.Wants];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("persistent-memory/encrypted", Severity.High, "what is written to namespaces is encrypted",
            "Files on persistent memory are on the medium at once, and stay there when they are deleted, unmounted and without power.",
            PersistentNamespaceRules.Encrypted
        )
        {
            Routes = ["persistent-memory/sector-unlink", "persistent-memory/fsdax-unlink", "persistent-memory/luks"],
            References = [AtRest, "PCI DSS 4.0.1 3.5.1.2"],
        },
        new("persistent-memory/not-mapped-directly", Severity.High, "files are not mapped directly onto the medium",
            "Direct mapping (DAX) passes by every layer that could encrypt, and by the page cache.",
            PersistentNamespaceRules.NotMappedDirectly
        )
        {
            Routes = ["persistent-memory/fsdax-unlink"],
            References = [AtRest],
        },
        new("persistent-memory/whole-sectors", Severity.Low, "encrypted volumes are on namespaces that write sectors whole",
            "Half a sector of cipher text decrypts to nothing; only sector mode writes each whole or not at all. It keeps no secret, but "
                + "data.",
            PersistentNamespaceRules.WholeSectors
        )
        {
            Routes = ["persistent-memory/luks"],
            References = ["cryptsetup merge request 497"],
        },
        new("persistent-memory/modules-locked", Severity.Medium, "modules lock themselves without power",
            "A module without passphrase is read in any other machine.", Modules.Locked)
        {
            References = [AtRest, Sanitization],
        },
    ];
}
