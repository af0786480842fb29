namespace Lethe.Evidence.Audit;

/// <summary>What one rule says of one subject of one host.</summary>
/// <param name="Host">The host, as the reader calls it.</param>
/// <param name="Rule"><c>medium/name</c>.</param>
/// <param name="Medium">The medium the rule stands under.</param>
/// <param name="State">Closed, open or unknown.</param>
/// <param name="Severity">How much it weighs when it is open.</param>
/// <param name="Subject">What it is about when a host has several (a device, a machine, a pod); untrusted.</param>
/// <param name="Summary">One sentence: what is so, or what is needed to know it.</param>
/// <param name="Evidence">What that rests on.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Routes">The routes of <c>lethe prove</c> that show it.</param>
/// <param name="Repair">What to do, one instruction a line; null when nothing is to be done.</param>
/// <param name="References">What standards and other tools call it.</param>
/// <param name="AlsoMedia">Further media that it decides.</param>
public sealed record Finding(
    string Host,
    string Rule,
    string Medium,
    Posture State,
    Severity Severity,
    string? Subject,
    string Summary,
    IReadOnlyList<Citation> Evidence,
    string Why,
    IReadOnlyList<string> Routes,
    string? Repair,
    IReadOnlyList<string> References,
    IReadOnlyList<string> AlsoMedia);
