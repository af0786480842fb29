using Lethe.Evidence.Audit;
using Lethe.Facts;
using Lethe.Media.Auditing;

namespace Lethe.Media.AnonymousMemory;

/// <summary>Whether Xen clears the memory that its domains free. Judged in the domain that controls the host.</summary>
internal static class XenRule
{
    private const string Capabilities = "/proc/xen/capabilities",
        Information = "xen:info",
        Parameter = "scrub-domheap",
        Words = "xen_commandline";

    public static IReadOnlyList<string> Wants { get; } = [Capabilities, Information];

    public static Rule Rule { get; } = new("anonymous-memory/xen-scrubs", Severity.Medium, "Xen clears pages that domains give back",
        "Xen clears the pages of a domain that has ended, some time later. Pages that a running domain gives back, as by ballooning, it "
            + "clears only with scrub-domheap.",
        Judge
    )
    {
        AlsoMedia = [Medium.GuestMemory],
        References = ["Xen: scrub-domheap (xen-command-line)", "XSA-511"],
    };

    private static IEnumerable<Judgement> Judge(HostFacts facts)
    {
        if (facts.Read(Capabilities).Value?.Contains("control_d", StringComparison.Ordinal) is not true) yield break;
        Reading information = facts.Read(Information);
        TextLine? line = information
            .Lines.Select(line => (TextLine?)line)
            .FirstOrDefault(line => line!.Value.Text.StartsWith(Words, StringComparison.Ordinal));
        if (line is not { } said)
        {
            yield return Judgement.Unknown(
                $"needs what xl info says: {information.Problem ?? "it has no " + Words}",
                facts.Read(Capabilities).Evidence
            );
            yield break;
        }

        // A boolean parameter of Xen: alone, with "no-" before it, or with a value (parse_bool of xen/common/kernel.c).
        string? asked = said.Text[(said.Text.IndexOf(':') + 1)..]
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .LastOrDefault(word =>
                word == Parameter || word == "no-" + Parameter || word.StartsWith(Parameter + "=", StringComparison.Ordinal)
            );
        bool on =
            asked is not null && (asked == Parameter || asked[(asked.IndexOf('=') + 1)..] is "1" or "on" or "yes" or "true" or "enable");
        yield return on
            ? Judgement.Closed("Xen clears what domains give back", said.Evidence)
            : Judgement
                .Open("Xen passes on what a running domain gives back as it is", said.Evidence)
                .RepairedBy(
                    new ManualRepair("add scrub-domheap to Xen's command line (GRUB_CMDLINE_XEN) and restart; install the fix of XSA-511")
                );
    }
}
