using Lethe.Canaries;
using Lethe.Media.Routes;

namespace Lethe.Tests.Media;

public sealed class PlantingTests
{
    private static readonly Canary Canary = new(0x9123456789abcdef, CanaryForm.Binary);

    [Fact]
    public void Pouring_hands_out_the_whole_canary_in_order()
    {
        var planting = new Planting(Canary, 300_000 & ~7);
        var poured = new List<byte>();
        long planted = planting.Pour(piece => poured.AddRange(piece), chunk: 4096);
        byte[] expected = new byte[planted];
        Canary.Fill(expected);
        Assert.Equal(planting.Bytes, planted);
        Assert.Equal(expected, poured);
    }

    [Fact]
    public void A_taker_that_is_full_ends_it_at_a_whole_word()
    {
        var planting = new Planting(Canary, 65536);
        int room = 10_001;
        long planted = planting.Pour(0, planting.Bytes, piece =>
        {
            int taken = Math.Min(room, piece.Length);
            room -= taken;
            return taken;
        }, chunk: 4096);
        Assert.Equal(10_000, planted);
    }
}
