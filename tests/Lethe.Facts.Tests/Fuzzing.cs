using Lethe.Facts;

namespace Lethe.Tests.Facts;

/// <summary>Gives a parser many broken texts, the same ones each time, and bounds the memory that each may take.</summary>
internal static class Fuzzing
{
    // What a parser may allocate for a text of a few hundred letters, buffers of its own included.
    private const long MostBytes = 1 << 20;

    /// <summary>Runs a parser. Only <see cref="FactsException"/> may come out of it.</summary>
    /// <param name="cases">How many texts.</param>
    /// <param name="seeds">Sound texts, to be broken.</param>
    /// <param name="pieces">What breaks them best.</param>
    /// <param name="parse">The parser.</param>
    public static void Try(int cases, string[] seeds, string[] pieces, Action<string> parse)
    {
        var random = Trials.Random(20261122);
        int refused = 0;
        for (int number = 0; number < cases; number++)
        {
            string text = Broken(seeds[number % seeds.Length], pieces, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                parse(text);
            }
            catch (FactsException)
            {
                refused++;
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(
                    $"case {number}: {Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text))}",
                    failure
                );
            }

            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            if (taken > MostBytes) Assert.Fail($"case {number} took {taken} bytes: {text}");
        }

        // Texts that are all refused, or never, would test little.
        Assert.InRange(refused, 1, cases - 1);
    }

    private static string Broken(string seed, string[] pieces, Random random)
    {
        string text = seed;
        for (int change = random.Next(1, 5); change > 0 && text.Length > 0; change--)
        {
            int place = random.Next(text.Length + 1), other = random.Next(place, Math.Min(text.Length, place + 20) + 1);
            text = random.Next(6) switch
            {
                0 => text[..place],
                1 => text[..place] + text[other..],
                2 => text[..other] + text[place..],
                3 => text.Insert(place, ((char)random.Next(1, 128)).ToString()),
                4 => text.Insert(place, ((char)random.Next(0x80, 0x10000)).ToString()),
                _ => text.Insert(place, pieces[random.Next(pieces.Length)]),
            };
        }

        return text;
    }
}
