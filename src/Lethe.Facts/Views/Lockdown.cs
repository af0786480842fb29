using Lethe.Evidence;

namespace Lethe.Facts.Views;

/// <summary>How far the kernel is locked against its own administrator (kernel_lockdown(7)).</summary>
internal enum LockdownLevel
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Nobody may change the running kernel.</summary>
    Integrity,

    /// <summary>Nor read its memory.</summary>
    Confidentiality,
}

/// <summary>
/// How far the kernel is locked down: of a running host as it says, of a file system at rest as its command line makes it.
/// </summary>
/// <param name="Level">Null when it is not known.</param>
/// <param name="Evidence">What says so.</param>
/// <param name="Needed">What would be needed to know; null when it is known.</param>
internal sealed record Lockdown(LockdownLevel? Level, IReadOnlyList<Citation> Evidence, string? Needed)
{
    private const string State = "/sys/kernel/security/lockdown";

    /// <summary>What it reads.</summary>
    public static IReadOnlyList<string> Wants { get; } = [State, "kernel:log", .. KernelCommandLine.Wants, .. KernelConfiguration.Wants];

    /// <summary>Whether nobody may change the running kernel.</summary>
    public bool KeepsIntegrity => Level >= LockdownLevel.Integrity;

    /// <summary>Whether nobody may read its memory.</summary>
    public bool KeepsConfidentiality => Level >= LockdownLevel.Confidentiality;

    /// <summary>Reads it out of facts.</summary>
    public static Lockdown Of(HostFacts facts)
    {
        var built = KernelConfiguration.Of(facts);
        if (facts.Scope == FactScope.Host)
        {
            // "none [integrity] confidentiality"
            Reading state = facts.Read(State);
            if (state.Text is { } text)
                return Named(
                    text.Contains("[confidentiality]", StringComparison.Ordinal) ? "confidentiality"
                        : text.Contains("[integrity]", StringComparison.Ordinal) ? "integrity"
                        : text.Contains("[none]", StringComparison.Ordinal) ? "none"
                        : "",
                    state.Evidence
                );
            if (built.Evidence("SECURITY_LOCKDOWN_LSM") is { } option && built["SECURITY_LOCKDOWN_LSM"] != "y")
                return new Lockdown(LockdownLevel.None, [option], null);
            return new Lockdown(null, [], $"{State} ({state.Problem ?? "it is not there: mount securityfs"})");
        }

        // What the kernel was built with holds where nothing is asked for.
        var line = KernelCommandLine.Of(facts);
        if (line.Problem is { } problem) return new Lockdown(null, [], $"the kernel's command line ({problem})");
        if (line.Last("lockdown") is { } parameter) return Named(parameter.Value, parameter.Evidence);
        string? confidentiality = built["LOCK_DOWN_KERNEL_FORCE_CONFIDENTIALITY"], integrity = built["LOCK_DOWN_KERNEL_FORCE_INTEGRITY"];
        if (confidentiality is null || integrity is null)
            return new Lockdown(null, [], $"the kernel's configuration ({built.Problem ?? "it is not whole"})");
        string forced = confidentiality == "y" ? "confidentiality" : integrity == "y" ? "integrity" : "none";
        return Named(
            forced,
            built.Evidence($"LOCK_DOWN_KERNEL_FORCE_{forced.ToUpperInvariant()}") ?? new("kernel command line", null, "no lockdown=")
        );
    }

    private static Lockdown Named(string level, Citation evidence) => level switch
    {
        "confidentiality" => new(LockdownLevel.Confidentiality, [evidence], null),
        "integrity" => new(LockdownLevel.Integrity, [evidence], null),
        "none" => new(LockdownLevel.None, [evidence], null),
        _ => new(null, [evidence], "a level of lockdown that exists"),
    };
}
