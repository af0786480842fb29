using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Lethe.Canaries;

/// <summary>How a canary is written down.</summary>
public enum CanaryForm
{
    /// <summary>Random bytes, 8 a word.</summary>
    Binary,

    /// <summary>Sixteen letters a to p a word, for places that take only text: names, environment, the kernel log.</summary>
    Text,
}

/// <summary>
/// Random bytes that can be recognised wherever they are, and put in order, without storing them.
/// </summary>
/// <remarks>
/// Word i is the splitmix64 finaliser (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014) of
/// basis + i. The finaliser is a bijection on 64 bits, so a word found in memory is turned back and belongs to the
/// canary exactly when basis &lt;= result &lt; basis + words. A random word passes with probability words / 2^64: about
/// 10^-13 for 8 MiB. The basis is derived from a name, so only a seed travels into the machine under test.
/// </remarks>
public readonly record struct Canary
{
    /// <summary>The low bits of the basis are zero, so that adding an index changes nothing above them.</summary>
    internal const int IndexBits = 28;

    /// <summary>The top 30 bits, which the first mixing step leaves as they are and which no index reaches.</summary>
    internal const int TopShift = 64 - 30;

    internal const ulong Multiplier1 = 0xBF58476D1CE4E5B9, Inverse1 = 0x96DE1B173F119089;
    internal const ulong Multiplier2 = 0x94D049BB133111EB, Inverse2 = 0x319642B2D24D8EC3;

    private const int BytesPerWord = 8, LettersPerWord = 16;

    /// <summary>Makes a canary from a seed that <see cref="Seed"/> gave.</summary>
    public Canary(ulong seed, CanaryForm form)
    {
        Basis = seed & ~((1UL << IndexBits) - 1);
        Form = form;
    }

    /// <summary>How it is written down.</summary>
    public CanaryForm Form { get; }

    /// <summary>Bytes a word takes in this form.</summary>
    public int WordSize => Form == CanaryForm.Binary ? BytesPerWord : LettersPerWord;

    /// <summary>The most bytes a canary can have in this form.</summary>
    public long MaximumLength => (1L << IndexBits) * WordSize;

    /// <summary>What an index is added to before mixing; itself no word of the canary.</summary>
    public ulong Basis { get; }

    /// <summary>Derives a seed, different for each run and each name.</summary>
    /// <param name="run">Random bytes of this run.</param>
    /// <param name="name">What the canary is for.</param>
    public static ulong Seed(ReadOnlySpan<byte> run, string name)
    {
        byte[] hash = HMACSHA256.HashData(run, Encoding.UTF8.GetBytes(name));
        return BinaryPrimitives.ReadUInt64LittleEndian(hash) | (1UL << 63);
    }

    /// <summary>Word number <paramref name="index"/>.</summary>
    public ulong Word(long index)
    {
        ulong z = Basis + (ulong)index;
        z = (z ^ (z >> 30)) * Multiplier1;
        z = (z ^ (z >> 27)) * Multiplier2;
        return z ^ (z >> 31);
    }

    /// <summary>Which word this is; only meaningful when below the number of words planted.</summary>
    public long IndexOf(ulong word) => (long)(Unmix(word) - Basis);

    /// <summary>
    /// Writes the canary straight into its place, so that the writer makes no other copy.
    /// </summary>
    /// <param name="destination">The place, a whole number of words long.</param>
    /// <param name="offset">How many bytes of the canary lie before it, a multiple of the word size.</param>
    public void Fill(Span<byte> destination, long offset = 0)
    {
        if (destination.Length % WordSize != 0 || offset % WordSize != 0)
            throw new ArgumentException("a canary is written in whole words", nameof(destination));
        long index = offset / WordSize;
        if (Form == CanaryForm.Binary)
        {
            foreach (ref ulong word in MemoryMarshal.Cast<byte, ulong>(destination)) word = Word(index++);
            return;
        }

        for (; destination.Length > 0; destination = destination[LettersPerWord..]) WriteLetters(destination, Word(index++));
    }

    /// <summary>Reads the word that sixteen letters a to p stand for; other bytes give a meaningless word.</summary>
    internal static ulong ReadLetters(ReadOnlySpan<byte> letters)
    {
        ulong word = 0;
        for (int letter = LettersPerWord - 1; letter >= 0; letter--) word = (word << 4) | ((uint)(letters[letter] - 'a') & 15);
        return word;
    }

    private static void WriteLetters(Span<byte> destination, ulong word)
    {
        for (int letter = 0; letter < LettersPerWord; letter++, word >>= 4) destination[letter] = (byte)('a' + (word & 15));
    }

    private static ulong Unmix(ulong z)
    {
        z = (z ^ (z >> 31) ^ (z >> 62)) * Inverse2;
        z = (z ^ (z >> 27) ^ (z >> 54)) * Inverse1;
        return z ^ (z >> 30) ^ (z >> 60);
    }
}
