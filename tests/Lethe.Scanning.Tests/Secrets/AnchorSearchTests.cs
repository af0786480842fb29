using FsCheck;
using FsCheck.Fluent;
using Lethe.Scanning.Secrets;

namespace Lethe.Tests.Scanning.Secrets;

public sealed class AnchorSearchTests
{
    [Fact]
    public void It_finds_what_a_plain_search_finds() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        // Few letters, so that literals contain, repeat and overlap each other.
        Anchor[] anchors = [.. Enumerable.Range(0, random.Next(1, 40)).Select(number => new Anchor(Letters(random, random.Next(4, 9), 1), 0, number))];
        byte[] window = Letters(random, random.Next(300), 0);
        var expected = new HashSet<(int, int)>();
        foreach (Anchor anchor in anchors)
        {
            for (int at = 0; at <= window.Length - anchor.Literal.Length; at++)
            {
                if (window.AsSpan(at).StartsWith(anchor.Literal)) expected.Add((at, anchor.Number));
            }
        }
        var collector = new Collector([]);
        new AnchorSearch(anchors).Search(window, 0, window.Length, ref collector);
        return expected.SetEquals(collector.Found) && expected.Count == collector.Found.Count;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Anchors_too_short_or_of_zeros_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new AnchorSearch([new([1, 2, 3], 0, 0)]));
        Assert.Throws<ArgumentException>(() => new AnchorSearch([new([0, 0, 0, 1], 0, 0)]));
    }

    private static byte[] Letters(Random random, int length, byte least) => [.. Enumerable.Range(0, length).Select(_ => (byte)(random.Next(3) + least))];

    private readonly struct Collector(List<(int, int)> found) : IAnchorHandler
    {
        public List<(int At, int Number)> Found => found;

        void IAnchorHandler.Found(scoped ReadOnlySpan<byte> window, int at, Anchor anchor) => found.Add((at, anchor.Number));
    }
}
