using Lethe.Evidence;

namespace Lethe.Facts;

/// <summary>Whether something is on, and where that is said; for a default, where it would be said.</summary>
/// <param name="IsOn">Null when what was read leaves it open.</param>
/// <param name="Evidence">The deciding line.</param>
/// <param name="IsDefault">Nothing says it, so that it is as the program has it.</param>
internal sealed record SwitchSetting(bool? IsOn, Citation Evidence, bool IsDefault = false);
