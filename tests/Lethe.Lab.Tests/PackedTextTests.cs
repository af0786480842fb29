using FsCheck;
using FsCheck.Fluent;
using Lethe.Lab.Protocol;

namespace Lethe.Tests.Lab;

/// <summary>Long text comes out of the guest whole, and no guest can make the host hold what it likes.</summary>
public sealed class PackedTextTests
{
    [Fact]
    public void Text_is_unpacked_as_it_was() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(1_000)),
        Prop.ForAll(
            ArbMap
                .Default.GeneratorFor<NonNull<string>>()
                .Select(text => new string([.. text.Get.Where(letter => !char.IsSurrogate(letter))]))
                .ToArbitrary(),
            text => PackedText.Unpack(PackedText.Pack(text)) == text
        )
    );

    [Fact]
    public void It_is_shorter_and_one_line()
    {
        string packed = PackedText.Pack(string.Concat(Enumerable.Range(0, 10_000).Select(number => $"CONFIG_{number}=y\n")));
        Assert.True(packed.Length < 60_000, $"{packed.Length}");
        Assert.DoesNotContain('\n', packed);
    }

    [Theory]
    [InlineData("no base64!")]
    [InlineData("////")]
    public void What_is_not_packed_is_refused(string text) => Assert.Throws<InvalidDataException>(() => PackedText.Unpack(text));

    [Fact]
    public void What_grows_without_end_is_refused()
    {
        string bomb = PackedText.Pack(new string('\0', PackedText.MostBytes + 1));
        Assert.Throws<InvalidDataException>(() => PackedText.Unpack(bomb));
    }
}
