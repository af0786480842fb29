using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>What a running host's processor is and can do.</summary>
internal sealed class Processor
{
    private readonly HashSet<string> flags;

    private Processor(Reading reading)
    {
        Problem = reading.Text is null ? reading.Problem ?? "it is not there" : null;
        TextLine? said = reading
            .Lines.Select(line => (TextLine?)line)
            .FirstOrDefault(line => line!.Value.Text.StartsWith("flags", StringComparison.Ordinal));
        flags = [.. said?.Words.SkipWhile(word => word != ":").Skip(1) ?? []];
        Vendor = Value(reading, "vendor_id");
        Evidence = new Citation(reading.Source, null, Value(reading, "model name") ?? "no model name");
        Flags = said is { } line ? new Citation(line.Source, line.Number, "flags") : Evidence;
    }

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = ["kernel:processor"];

    /// <summary>Reads it out of facts.</summary>
    public static Processor Of(HostFacts facts) => new(facts.Read("kernel:processor"));

    /// <summary>Why it is not known; null when it is.</summary>
    public string? Problem { get; }

    /// <summary>As <c>GenuineIntel</c> or <c>AuthenticAMD</c>; null when it is not known. Untrusted.</summary>
    public string? Vendor { get; }

    /// <summary>Its model.</summary>
    public Citation Evidence { get; }

    /// <summary>The place of its flags, which are too many to be quoted.</summary>
    public Citation Flags { get; }

    /// <summary>Whether this is a virtual machine; its devices and their access to memory are its hypervisor's matter.</summary>
    public bool IsVirtual => Has("hypervisor");

    /// <summary>Whether it has a flag.</summary>
    public bool Has(string flag) => flags.Contains(flag);

    /// <summary>A flag as evidence.</summary>
    public Citation EvidenceOf(string flag) => Flags with { Text = $"flags: … {flag} …" };

    private static string? Value(Reading reading, string name) =>
        reading.Lines.FirstOrDefault(line => line.Text.StartsWith(name, StringComparison.Ordinal) && line.Text.Contains(':')).Text
            is { } text
            ? text[(text.IndexOf(':') + 1)..].Trim()
            : null;
}
