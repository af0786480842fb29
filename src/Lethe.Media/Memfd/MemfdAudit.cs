using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Media.Memfd;

/// <summary>Whether memfds are still held after their creators have ended.</summary>
internal sealed class MemfdAudit : IAudit
{
    private const string Files = "memory-file:memfd/*";

    public Medium Medium => Medium.Memfd;

    public IReadOnlyList<string> Wants => [Files];

    public IReadOnlyList<Rule> Rules { get; } =
    [
        new("memfd/not-held", Severity.Medium, "no memfd is held when its maker is gone",
            "A memfd lives as long as any process has it open or mapped: a helper that was handed it and lives on keeps all of its "
                + "content. A process that began after the file was made did not make it.",
            NotHeld
        )
        {
            Routes = ["memfd/held"],
            References = ["NIST SP 800-53 SI-12(3)", "NIST SP 800-53 SI-14(2)"],
        },
    ];

    private static IEnumerable<Judgement> NotHeld(HostFacts facts) => HeldMemoryFile.JudgeHeld(facts, Files, "memfds");
}
