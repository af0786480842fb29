namespace Lethe.Facts.Collecting;

/// <summary>A source of facts that are not a file's text: the kernel's log, processes, what stands at the start of a swap area.</summary>
internal interface ISpecialFacts
{
    /// <summary>Collects what the patterns mean; what is not there has no fact.</summary>
    /// <param name="patterns">All of this source's scheme.</param>
    IEnumerable<Fact> Collect(IReadOnlyList<string> patterns);
}
