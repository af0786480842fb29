namespace Lethe.Scanning.Kernel;

/// <summary>A memory image does not show the kernel structures that are needed to read it.</summary>
internal sealed class UnknownLayoutException(string message) : Exception(message);
