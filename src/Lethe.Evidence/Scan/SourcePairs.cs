namespace Lethe.Evidence.Scan;

/// <summary>
/// Which source of the second scan is which of the first: the one of the same name, and those whose names only one scan
/// has, such as two dumps of one machine, in their order.
/// </summary>
internal sealed class SourcePairs
{
    private readonly Dictionary<string, string> firstNames = [];
    private readonly List<string> onlyBefore = [], onlyAfter = [];

    public static SourcePairs Of(ScanReport before, ScanReport after)
    {
        var pairs = new SourcePairs();
        string[] first = [.. before.Sources.Select(source => source.Name).Distinct()],
            second = [.. after.Sources.Select(source => source.Name).Distinct()];
        string[] unpairedFirst = [.. first.Except(second)], unpairedSecond = [.. second.Except(first)];
        int paired = Math.Min(unpairedFirst.Length, unpairedSecond.Length);
        for (int index = 0; index < paired; index++) pairs.firstNames.Add(unpairedSecond[index], unpairedFirst[index]);
        pairs.onlyBefore.AddRange(unpairedFirst[paired..]);
        pairs.onlyAfter.AddRange(unpairedSecond[paired..]);
        return pairs;
    }

    /// <summary>What the first scan called a source of the second one.</summary>
    public string NameBefore(string nameAfter) => firstNames.GetValueOrDefault(nameAfter, nameAfter);

    /// <summary>Sources that only one scan had.</summary>
    public IEnumerable<string> Gaps() =>
        [
            .. onlyBefore.Select(name => $"scanned only before: {Printable.Of(name)}"),
            .. onlyAfter.Select(name => $"scanned only after: {Printable.Of(name)}"),
        ];
}
