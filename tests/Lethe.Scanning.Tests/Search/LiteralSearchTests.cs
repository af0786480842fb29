using FsCheck;
using FsCheck.Fluent;
using Lethe.Scanning.Search;

namespace Lethe.Tests.Scanning.Search;

public sealed class LiteralSearchTests
{
    [Fact]
    public void It_finds_what_a_plain_search_finds() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        // Few letters, so that literals contain, repeat and overlap each other; now and then more literals than groups can tell.
        int letters = random.Next(1, 12), count = random.Next(20) == 0 ? 1000 : random.Next(1, 40);
        byte[][] literals = [.. Enumerable.Range(0, count).Select(_ => Letters(random, random.Next(1, 9), letters))];
        byte[] window = Letters(random, random.Next(300), letters);
        int from = random.Next(window.Length + 1), to = random.Next(from, window.Length + 2);
        var expected = new HashSet<(int, int)>();
        for (int literal = 0; literal < literals.Length; literal++)
        {
            int offset = Atom.RarestIn(literals[literal]);
            for (int at = Math.Max(0, from - offset); at < to - offset && at <= window.Length - literals[literal].Length; at++)
            {
                if (window.AsSpan(at).StartsWith(literals[literal])) expected.Add((at, literal));
            }
        }

        var collector = new Collector([]);
        new LiteralSearch([.. literals.Select(literal => (ReadOnlyMemory<byte>)literal)]).Search(window, from, to, ref collector);
        return expected.SetEquals(collector.Found) && expected.Count == collector.Found.Count;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(3000)));

    [Theory]
    [InlineData("000000000001", 2)]
    [InlineData("0002010030ff", 2)]
    [InlineData("2d2d2d2d2d424547494e", 5)]
    [InlineData("00000000", 0)]
    [InlineData("07", 0)]
    public void A_literal_is_looked_for_where_it_is_rarest(string literal, int offset) =>
        Assert.Equal(offset, Atom.RarestIn(Convert.FromHexString(literal)));

    private static byte[] Letters(Random random, int length, int letters) =>
        [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(letters))];

    private readonly struct Collector(List<(int, int)> found) : ILiteralHandler
    {
        public List<(int At, int Literal)> Found => found;

        void ILiteralHandler.Found(scoped ReadOnlySpan<byte> window, int at, int literal) => found.Add((at, literal));
    }
}
