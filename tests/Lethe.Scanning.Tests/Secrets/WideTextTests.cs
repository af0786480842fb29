using FsCheck;
using FsCheck.Fluent;
using Lethe.Scanning.Secrets;

namespace Lethe.Tests.Scanning.Secrets;

public sealed class WideTextTests
{
    [Fact]
    public void Narrow_keeps_Latin_letters_and_drops_others() => Prop.ForAll<int>(seed =>
    {
        byte[] wide = Wide(new Random(seed), 0.5), narrow = new byte[wide.Length / 2];
        WideText.Narrow(wide, narrow);
        return narrow.Select((letter, at) => letter == (wide[2 * at + 1] == 0 ? wide[2 * at] : 0)).All(same => same);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(1000)));

    [Fact]
    public void Four_letters_in_an_aligned_word_are_seen() => Prop.ForAll<int>(seed =>
    {
        byte[] page = Wide(new Random(seed), 0.3);
        // At odd places as well: the first byte goes to the end.
        if (page.Length > 0 && seed % 2 == 0) page = [.. page[1..], page[0]];
        bool shortEnd = page.Length % 32 != 0;
        return WideText.MayBeIn(page) == (shortEnd || HasLetters(page, low: 0), shortEnd || HasLetters(page, low: 1));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(1000)));

    private static bool HasLetters(byte[] page, int low) =>
        Enumerable
            .Range(0, page.Length / 8)
            .Any(word =>
                Enumerable.Range(0, 4).All(letter => page[8 * word + 2 * letter + low] != 0 && page[8 * word + 2 * letter + 1 - low] == 0)
            );

    /// <summary>Letters of two bytes, of which so many have something in the high one or nothing in the low one.</summary>
    private static byte[] Wide(Random random, double others)
    {
        byte[] bytes = new byte[random.Next(2) == 0 ? 32 * random.Next(8) : 2 * random.Next(150)];
        for (int at = 0; at < bytes.Length; at += 2)
        {
            bytes[at] = (byte)(random.NextDouble() < others / 2 ? 0 : random.Next(1, 256));
            bytes[at + 1] = (byte)(random.NextDouble() < others / 2 ? random.Next(256) : 0);
        }

        return bytes;
    }
}
