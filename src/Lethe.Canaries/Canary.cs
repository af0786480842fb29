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

    /// <summary>Sixteen letters a to p for each word, for places that take only text: names, environment, the kernel log.</summary>
    Text,
}

/// <summary>Random bytes that can be recognised and put in order wherever they lie. Nothing but the seed has to be kept.</summary>
/// <remarks>
/// Word i is the splitmix64 finaliser (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014) of
/// basis + i. The finaliser is a bijection on 64 bits, so it can be inverted for any word found in memory. The word belongs to the
/// canary exactly when basis &lt;= result &lt; basis + words. A random word passes with probability words / 2^64: about
/// 10^-13 for 8 MiB. The basis is derived from a name, so only a seed travels into the machine under test.
/// </remarks>
public readonly record struct Canary
{
    /// <summary>The basis has zeros in this many low bits, so adding an index changes no bit above them.</summary>
    internal const int IndexBits = 28;

    /// <summary>Shift that leaves the top 30 bits. The first mixing step does not change these, and no index reaches them.</summary>
    internal const int TopShift = 64 - 30;

    internal const ulong Multiplier1 = 0xBF58476D1CE4E5B9, Inverse1 = 0x96DE1B173F119089;
    internal const ulong Multiplier2 = 0x94D049BB133111EB, Inverse2 = 0x319642B2D24D8EC3;

    private const int BytesPerWord = 8, LettersPerWord = 16;

    /// <summary>Makes a canary.</summary>
    /// <param name="seed">A seed that <see cref="Seed"/> derived.</param>
    /// <param name="form">How the canary is written down.</param>
    public Canary(ulong seed, CanaryForm form)
    {
        Basis = seed & ~((1UL << IndexBits) - 1);
        Form = form;
    }

    /// <summary>How the canary is written down.</summary>
    public CanaryForm Form { get; }

    /// <summary>Bytes of one word in this form: 8 or 16.</summary>
    public int WordSize => Form == CanaryForm.Binary ? BytesPerWord : LettersPerWord;

    /// <summary>The most bytes that a canary can have in this form.</summary>
    public long MaximumLength => (1L << IndexBits) * WordSize;

    /// <summary>The number that a word's index is added to before mixing. It is not itself a word of the canary.</summary>
    public ulong Basis { get; }

    /// <summary>Derives a seed. It differs for each run and for each name.</summary>
    /// <param name="run">Random bytes of this run.</param>
    /// <param name="name">What the canary is for.</param>
    public static ulong Seed(ReadOnlySpan<byte> run, string name)
    {
        byte[] hash = HMACSHA256.HashData(run, Encoding.UTF8.GetBytes(name));
        return BinaryPrimitives.ReadUInt64LittleEndian(hash) | (1UL << 63);
    }

    /// <summary>The word with this index, counted from 0.</summary>
    public ulong Word(long index)
    {
        ulong z = Basis + (ulong)index;
        z = (z ^ (z >> 30)) * Multiplier1;
        z = (z ^ (z >> 27)) * Multiplier2;
        return z ^ (z >> 31);
    }

    /// <summary>The index of a word. It is meaningful only when it is below the number of words planted.</summary>
    public long IndexOf(ulong word) => (long)(Unmix(word) - Basis);

    /// <summary>Writes the canary directly to its place, so no other copy of it is made.</summary>
    /// <param name="destination">The place. Its length is a multiple of the word size.</param>
    /// <param name="offset">Offset in the canary of the first byte to write, a multiple of the word size.</param>
    /// <exception cref="ArgumentException">Length or offset is not a multiple of the word size.</exception>
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

    /// <summary>Reads the word that sixteen letters a to p stand for. Other bytes give a meaningless word.</summary>
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
