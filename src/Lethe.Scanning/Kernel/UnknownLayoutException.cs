namespace Lethe.Scanning.Kernel;

/// <summary>A memory image lacks kernel structures that are needed to read it, or has unknown ones.</summary>
internal sealed class UnknownLayoutException(string message) : Exception(message);
