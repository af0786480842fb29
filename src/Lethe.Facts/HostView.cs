using System.Runtime.CompilerServices;

namespace Lethe.Facts;

/// <summary>Something that many rules read out of the same facts, read once for each host and kept no longer than its facts.</summary>
/// <param name="read">A pure function.</param>
public sealed class HostView<T>(Func<HostFacts, T> read)
    where T : class
{
    private readonly ConditionalWeakTable<HostFacts, T> known = [];

    /// <summary>What it is of a host.</summary>
    public T Of(HostFacts facts) => known.GetValue(facts, read.Invoke);
}
