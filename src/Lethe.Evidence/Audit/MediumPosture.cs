namespace Lethe.Evidence.Audit;

/// <summary>The verdict on one medium of one host.</summary>
/// <param name="Host">The host, as the reader calls it.</param>
/// <param name="Medium">The medium's name.</param>
/// <param name="Title">What tables call it.</param>
/// <param name="State">Open when an open finding of medium or high severity decides it, else unknown when a fact is missing, else
/// closed.</param>
/// <param name="Because">The rules that made it so.</param>
public sealed record MediumPosture(string Host, string Medium, string Title, Posture State, IReadOnlyList<string> Because);
