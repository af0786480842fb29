namespace Lethe.Evidence.Certificates;

/// <summary>A certificate, key or ledger record is not of its form: it was damaged or never was one.</summary>
/// <param name="message">What is wrong with it.</param>
public sealed class MalformedEvidenceException(string message) : Exception(message);
