using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Evidence;
using Lethe.Evidence.Scan;
using Lethe.Evidence.Scan.Pictures;

namespace Lethe.Tests.Evidence.Scan;

public sealed class PictureTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void The_curve_visits_every_place_once_and_goes_from_neighbour_to_neighbour(int order)
    {
        int side = 1 << order;
        var places = Enumerable.Range(0, side * side).Select(step => HilbertCurve.PlaceOf(step, order)).ToArray();
        Assert.Equal((0, 0), places[0]);
        Assert.All(places, place => Assert.True(place.X >= 0 && place.X < side && place.Y >= 0 && place.Y < side));
        Assert.Equal(places.Length, places.Distinct().Count());
        for (int step = 1; step < places.Length; step++)
            Assert.Equal(1, Math.Abs(places[step].X - places[step - 1].X) + Math.Abs(places[step].Y - places[step - 1].Y));
    }

    [Fact]
    public void Large_curves_do_so_too() => Prop.ForAll<NonNegativeInt>(number =>
    {
        int order = 9 + number.Get % (HilbertCurve.MostOrder - 8), step = (int)((uint)number.Get * 2654435761 % ((1u << 2 * order) - 1));
        ((int x, int y), (int nextX, int nextY)) = (HilbertCurve.PlaceOf(step, order), HilbertCurve.PlaceOf(step + 1, order));
        return Math.Abs(x - nextX) + Math.Abs(y - nextY) == 1 && HilbertCurve.OrderFor(1 << (2 * order - 1)) == order;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(PageMapLayout.Hilbert)]
    [InlineData(PageMapLayout.Rows)]
    public void Every_cell_has_its_state_s_colour_and_residue_its_own(PageMapLayout layout)
    {
        PageMap map = SampleScan.Map("m", 9);
        var picture = new PngPicture(PageMapPicture.Png(map, layout));
        Assert.Equal((1024, 1024), (picture.Width, picture.Height));
        for (int cell = 0; cell < map.States.Length; cell++)
        {
            (int x, int y) = layout == PageMapLayout.Hilbert ? HilbertCurve.PlaceOf(cell, 4) : (cell % 16, cell / 16);
            int expected = map.Residue[cell] > 0 ? PageStateColours.Residue
                : map.States[cell] == PageMap.NoMemory ? PageStateColours.NoMemory
                : PageStateColours.Of(map.Names[map.States[cell]]);
            Assert.Equal(expected, picture[x * 64 + 32, y * 64 + 32]);
        }
    }

    [Fact]
    public void One_page_of_residue_among_a_million_cells_is_seen()
    {
        var map = new PageMap("m", 1, new byte[1 << 20], ["anonymous"], new ushort[1 << 20]);
        Assert.Equal(0, new PngPicture(PageMapPicture.Png(map)).CountOf(PageStateColours.Residue));
        map.Residue[777_777] = 1;
        var picture = new PngPicture(PageMapPicture.Png(map));
        (int x, int y) = HilbertCurve.PlaceOf(777_777, 10);
        Assert.Equal(25, picture.CountOf(PageStateColours.Residue));
        Assert.Equal(PageStateColours.Residue, picture[x, y]);
        Assert.Equal("1 pixel = 4 KiB", PageMapPicture.Scale(map));
    }

    [Fact]
    public void More_cells_than_pixels_are_put_together_and_lose_no_residue()
    {
        var map = new PageMap("m", 1, new byte[5 << 20], ["free"], new ushort[5 << 20]);
        map.Residue[^1] = 1;
        var picture = new PngPicture(PageMapPicture.Png(map));
        // 5 Mi cells of 4 KiB are more than 1 Mi pixels; put together by sixteens they are fewer.
        Assert.Equal("1 pixel = 64 KiB", PageMapPicture.Scale(map));
        Assert.InRange(Math.Max(picture.Width, picture.Height), 512, 1024);
        Assert.NotEqual(0, picture.CountOf(PageStateColours.Residue));
    }

    [Fact]
    public void Any_number_of_cells_is_drawn() => Prop.ForAll<PositiveInt, bool>((number, rows) =>
    {
        int cells = number.Get * number.Get;
        var map = new PageMap("m", 1, new byte[cells], ["free"], new ushort[cells]);
        var picture = new PngPicture(PageMapPicture.Png(map, rows ? PageMapLayout.Rows : PageMapLayout.Hilbert));
        return Math.Max(picture.Width, picture.Height) <= 1024 && picture.CountOf(PageStateColours.Of("free")) >= cells;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(20)));

    [Fact]
    public void The_picture_with_its_legend_is_as_approved()
    {
        var picture = new PngPicture(PageMapPicture.Png(SampleScan.Report));
        // A small likeness: each letter stands for 16 by 16 pixels; . is white, # is text, * is residue.
        var likeness = new StringBuilder();
        for (int y = 0; y + 16 <= picture.Height; y += 16)
        {
            for (int x = 0; x + 16 <= picture.Width; x += 16) likeness.Append(Letter(picture, x, y));
            likeness.Append('\n');
        }

        SampleScan.Approve(likeness.ToString(), "scan.png.txt");
    }

    [Fact]
    public void The_legend_names_every_state_with_its_share()
    {
        PageMap map = SampleScan.Map("m", 9);
        Assert.Equal(
            ["free", "free-per-cpu", "process memory", "page cache", "kernel objects", "reserved pages", "no memory"],
            PageMapLegend.States(map).Select(entry => entry.Name)
        );
        Assert.Equal(["20 %", "14 %", "21 %", "21 %", "15 %", "9.2 %", "8.0 MiB"], PageMapLegend.States(map).Select(entry => entry.Share));
        Assert.StartsWith("at least ", PageMapLegend.Residue(map).Share);
        Assert.Equal("none", PageMapLegend.Residue(SampleScan.Map("m", 0)).Share);
        var picture = new PngPicture(PageMapPicture.Png(SampleScan.Report));
        Assert.All(SampleScan.States, state => Assert.True(picture.CountOf(PageStateColours.Of(state)) > 14 * 14));
    }

    [Fact]
    public void Hostile_names_are_drawn_as_what_they_are()
    {
        var picture = new PngPicture(PageMapPicture.Png(SampleScan.Dressed));
        Assert.InRange(picture.Width, 900, 1100);
        Assert.InRange(picture.Colours, 6, 256);
    }

    [Fact]
    public void A_map_with_the_most_names_has_colours_for_all()
    {
        string[] names = [.. Enumerable.Range(0, PageMap.MostNames).Select(index => $"state {index}")];
        var map = new PageMap("m", 1, [.. Enumerable.Range(0, 250).Select(index => (byte)index)], names, new ushort[250]);
        Assert.True(map.IsConsistent());
        Assert.InRange(new PngPicture(PageMapPicture.Png(map)).Colours, 250, 256);
        Assert.InRange(
            new PngPicture(PageMapPicture.Png(SampleScan.Report with { Maps = [map, SampleScan.Map("n", 3)] })).Colours,
            250,
            256
        );
    }

    [Fact]
    public void Nothing_to_draw_is_said() =>
        Assert.Throws<EvidenceException>(() => PageMapPicture.Png(SampleScan.Report with { Maps = [] }));

    [Fact]
    public void Quiet_colours_are_light_and_residue_is_dark()
    {
        // Contrast as WCAG 2 defines it; 3 to 1 is what it asks of graphics. It does not depend on seeing hues.
        double residue = Luminance(PageStateColours.Residue);
        Assert.All(PageStateColours.All, state => Assert.True((Luminance(state.Colour) + .05) / (residue + .05) >= 2.5, state.State));
        Assert.Equal(PageStateColours.All.Count, PageStateColours.All.Select(state => state.Colour).Distinct().Count());
    }

    [Fact]
    public void Colours_differ_for_every_kind_of_colour_vision()
    {
        // Normal vision, then what protanopes, deuteranopes and tritanopes see (Machado, Oliveira and Fernandes 2009, severity 1.0).
        double[][] visions =
        [
            [1, 0, 0, 0, 1, 0, 0, 0, 1],
            [.152286, 1.052583, -.204868, .114503, .786281, .099216, -.003882, -.048116, 1.051998],
            [.367322, .860646, -.227968, .280085, .672501, .047413, -.011820, .042940, .968881],
            [1.255528, -.076749, -.178779, -.078411, .930809, .147602, .004733, .691367, .303900],
        ];
        int[] colours = [PageStateColours.NoMemory, .. PageStateColours.All.Select(state => state.Colour)];
        foreach (double[] vision in visions)
        {
            double[][] seen = [.. colours.Select(colour => Lab(colour, vision))];
            double[] residue = Lab(PageStateColours.Residue, vision);
            for (int one = 0; one < seen.Length; one++)
            {
                Assert.True(Distance(seen[one], residue) >= 25);
                for (int other = 0; other < one; other++)
                    Assert.True(Distance(seen[one], seen[other]) >= 13, $"{colours[one]:x6} {colours[other]:x6}");
            }
        }
    }

    private static double Distance(double[] one, double[] other) => Math.Sqrt(one.Zip(other, (a, b) => (a - b) * (a - b)).Sum());

    /// <summary>CIE 1976 L*a*b*, of white D65.</summary>
    private static double[] Lab(int colour, double[] vision)
    {
        double[] linear = [Linear(colour >> 16), Linear(colour >> 8 & 255), Linear(colour & 255)];
        double[] seen =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(row => Math.Clamp(Enumerable.Range(0, 3).Sum(column => vision[row * 3 + column] * linear[column]), 0, 1)),
        ];
        double x = Root((.4124 * seen[0] + .3576 * seen[1] + .1805 * seen[2]) / .9505);
        double y = Root(.2126 * seen[0] + .7152 * seen[1] + .0722 * seen[2]);
        double z = Root((.0193 * seen[0] + .1192 * seen[1] + .9505 * seen[2]) / 1.089);
        return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
        static double Root(double value) => value > .008856 ? Math.Cbrt(value) : 7.787 * value + 16 / 116.0;
    }

    private static char Letter(PngPicture picture, int left, int top)
    {
        int[] colours = [.. Enumerable.Range(0, 256).Select(pixel => picture[left + pixel % 16, top + pixel / 16])];
        if (colours.Count(colour => colour == PageStateColours.Residue) > 32) return '*';
        int commonest = colours.GroupBy(colour => colour).MaxBy(group => group.Count())!.Key;
        for (int index = 0; index < PageStateColours.All.Count; index++)
            if (PageStateColours.All[index].Colour == commonest) return (char)('a' + index);
        return colours.Any(colour => Luminance(colour) < .2) ? '#' : '.';
    }

    private static double Luminance(int colour) =>
        .2126 * Linear(colour >> 16) + .7152 * Linear(colour >> 8 & 255) + .0722 * Linear(colour & 255);

    private static double Linear(int value) =>
        value / 255.0 is var part && part <= .04045 ? part / 12.92 : Math.Pow((part + .055) / 1.055, 2.4);
}
