namespace Lethe.Evidence.Audit;

/// <summary>A rule as reports tell of it. One without a finding on a host asks about something that the host does not have.</summary>
/// <param name="Id"><c>medium/name</c>.</param>
/// <param name="Medium">The medium it stands under.</param>
/// <param name="Severity">How much it weighs when it is open.</param>
/// <param name="Title">What it asks for, in a few words.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="AlsoMedia">Further media that it decides.</param>
/// <param name="Routes">The routes of <c>lethe prove</c> that show it.</param>
/// <param name="References">What standards and other tools call it.</param>
public sealed record AuditedRule(
    string Id,
    string Medium,
    Severity Severity,
    string Title,
    string Why,
    IReadOnlyList<string> AlsoMedia,
    IReadOnlyList<string> Routes,
    IReadOnlyList<string> References
);
