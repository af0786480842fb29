using Lethe.Disposal.Wiping;

namespace Lethe.Disposal.Tracing;

/// <summary>Memory kept beyond its execve.</summary>
internal sealed record HeldSpace(AddressSpaceFiles Files, AddressSpaceHold Hold, long ResidentBytes);
