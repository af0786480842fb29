using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Finds the prime factors of RSA-2048, 3072 and 4096 keys as libraries compute with them: limbs of 64 bits, the lowest first
/// (OpenSSL crypto/bn/bn_local.h, GMP mpn, libgcrypt mpi), at the beginning of an allocation of the GNU C library
/// (<see cref="HeapChunk"/>). Confidence is 100 when the modulus lies within <see cref="Reach"/> and the prime divides it. It
/// is 90 when another such prime lies there, as keys have two. It is 80 for a single prime: DSA and ElGamal store the public
/// prime of their group like this, too, and one in 355 to 710 of random odd numbers of this size is prime. Not covered: freed
/// chunks, because the allocator overwrites their first 16 bytes; numbers across pages that are not neighbours; other
/// allocators (jemalloc, musl, Go, Java); primes of other sizes. A few generators make one of the two primes smaller than
/// 2^(bits - 1/2). Then only the larger one is found.
/// </summary>
public sealed class RsaPrimes : IDetector
{
    /// <summary>Bytes of the smallest prime.</summary>
    private const int Least = 128;

    /// <summary>Bytes of the largest prime.</summary>
    private const int Most = 256;

    /// <summary>
    /// Bytes examined in each turn, how far ahead memory is prefetched, and the most turns that are stored before they are judged.
    /// </summary>
    private const int Turn = 128, Ahead = 2048, MostTurns = 64;

    /// <summary>The smallest size of a chunk for a prime, and the bits by which size words for all three sizes may exceed it.</summary>
    private const ulong LeastSize = 0x90, SizeBits = 0xd0 | HeapChunk.Flags;

    /// <summary>
    /// The bits among them that say how much longer than <see cref="Least"/> the prime is. The others are flags and 16 spare bytes.
    /// </summary>
    private const ulong LengthBits = 0xc0;

    /// <summary>
    /// The highest limb of 2^(bits - 1/2), rounded down. That is the smallest prime of FIPS 186-5 (A.1.3). Generators that set
    /// the two top bits stay above it. If two factors of the same length have a product of twice the bits, at least one of them
    /// is above it.
    /// </summary>
    private const ulong LeastTop = 0xb504f333f9de6484;

    private readonly PrimeJudge judge;

    /// <summary>A prime in a window: the position of its chunk's size word, and its length in bytes.</summary>
    private readonly record struct Prime(int At, int Length)
    {
        public int Start => At + HeapChunk.SizeWord;
        public int End => Start + Length;
    }

    /// <summary>
    /// Makes a detector that judges numbers for at most about ten minutes of one processor, whatever memory holds. What is not
    /// judged then counts as unread.
    /// </summary>
    public RsaPrimes()
        : this(new PrimeJudge())
    {
    }

    internal RsaPrimes(PrimeJudge judge) => this.judge = judge;

    /// <inheritdoc/>
    public IReadOnlyList<Pattern> Patterns { get; } =
        [new("secret", "rsa-2048-prime", 128), new("secret", "rsa-3072-prime", 192), new("secret", "rsa-4096-prime", 256)];

    /// <summary>4 KiB: the distance within which other numbers of the key are looked for.</summary>
    public int Reach => 4096;

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<byte> window, long offset, MatchList found)
    {
        List<Prime>? primes = null;
        int judged = Find(window, offset, ref primes);
        if (judged < window.Length) found.Skip(offset + judged, window.Length - judged, "too many numbers that may be primes of RSA keys");
        if (primes is null) return;
        foreach (Prime prime in primes)
            found.Add(new(PatternOf(prime), offset + prime.Start, prime.Length, 0, Confidence(window, offset, prime, primes)));
    }

    /// <summary>Finds the primes of a window.</summary>
    /// <returns>The position where the search ended: before the window's end when the limit of work was reached.</returns>
    private int Find(ReadOnlySpan<byte> window, long offset, ref List<Prime>? primes)
    {
        int at = FirstSizeWord(offset);
        if (Avx2.IsSupported)
        {
            // Vectors begin where allocations may begin, so the first size word may lie before them.
            int aligned = (int)(-offset & (HeapChunk.Alignment - 1));
            if (at < aligned && !Examine(window, at, ref primes)) return at;
            Span<(int At, int Lanes)> turns = stackalloc (int, int)[MostTurns];
            while (aligned <= window.Length - Turn)
            {
                int noted = NoteTurns(window, ref aligned, turns);
                foreach ((int turn, int lanes) in turns[..noted])
                {
                    for (int left = lanes; left != 0; left &= left - 1)
                    {
                        if (!Examine(window, turn + SizeWordOfLane[BitOperations.TrailingZeroCount(left)], ref primes)) return turn;
                    }
                }
            }

            at = aligned + HeapChunk.SizeWord;
        }

        for (; at < window.Length; at += HeapChunk.Alignment)
        {
            if (!Examine(window, at, ref primes)) return at;
        }

        return window.Length;
    }

    /// <summary>
    /// Stores the turns that have a size word which may be that of a prime's chunk. They are judged after the loop: a call in it would
    /// cost it its registers.
    /// </summary>
    /// <param name="window">The bytes.</param>
    /// <param name="at">Position of the first turn. Afterwards where to continue.</param>
    /// <param name="turns">Receives the positions of turns, and the size words in them, one bit for each.</param>
    /// <returns>How many turns were stored.</returns>
    private static int NoteTurns(ReadOnlySpan<byte> window, ref int at, Span<(int At, int Lanes)> turns)
    {
        // SAFETY: each turn begins Turn bytes before the window's end, or earlier, and MaySize reads 64 bytes of each of its halves.
        ref byte start = ref MemoryMarshal.GetReference(window);
        int turn = at, noted = 0;
        for (; turn <= window.Length - Turn && noted < turns.Length; turn += Turn)
        {
            ZeroBytes.AskFor(ref start, turn + Ahead);
            ZeroBytes.AskFor(ref start, turn + Ahead + 64);
            int lanes = MaySize(ref start, turn) | MaySize(ref start, turn + 64) << 4;
            turns[noted] = (turn, lanes);
            // Not a branch: small numbers often equal sizes, so no processor could predict it.
            noted += lanes == 0 ? 0 : 1;
        }

        at = turn;
        return noted;
    }

    /// <summary>Offsets of the size words of 128 bytes, in the order in which unpacking leaves them.</summary>
    private static ReadOnlySpan<byte> SizeWordOfLane => [8, 40, 24, 56, 72, 104, 88, 120];

    /// <summary>
    /// The mask of those of four size words in 64 bytes that, less <see cref="LeastSize"/>, have no bits but <see cref="SizeBits"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int MaySize(ref byte start, int at)
    {
        // SAFETY: the caller has checked that the window has 64 bytes there.
        Vector256<ulong> words = Avx2.UnpackHigh(
            Vector256.LoadUnsafe(ref start, (nuint)at).AsUInt64(),
            Vector256.LoadUnsafe(ref start, (nuint)at + 32).AsUInt64()
        );
        return (int)
            Vector256
                .Equals((words - Vector256.Create(LeastSize)) & Vector256.Create(~SizeBits), Vector256<ulong>.Zero)
                .ExtractMostSignificantBits();
    }

    /// <summary>Judges the number after a size word.</summary>
    /// <returns>False when the limit of work was reached.</returns>
    private bool Examine(ReadOnlySpan<byte> window, int at, ref List<Prime>? primes)
    {
        int start = at + HeapChunk.SizeWord;
        if (start + Least > window.Length) return true;
        ulong size = Word(window, at) - LeastSize;
        int length = Least + (int)(size & LengthBits), end = start + length;
        if (end > window.Length) return true;
        // All conditions at once: in no heap can a processor predict a single one.
        bool may = ((size & ~SizeBits) == 0) & (length <= Most) & ((window[start] & 1) != 0) & (Word(window, end - 8) >= LeastTop);
        if (!may || !LooksRandom(window[start..end])) return true;
        Primality verdict = Judge(window[start..end]);
        if (verdict == Primality.Prime) (primes ??= []).Add(new(at, length));
        return verdict != Primality.Unjudged;
    }

    private Primality Judge(ReadOnlySpan<byte> number)
    {
        Span<ulong> limbs = stackalloc ulong[number.Length / 8];
        number.CopyTo(MemoryMarshal.AsBytes(limbs));
        return judge.Judge(limbs);
    }

    /// <summary>
    /// Whether bytes vary as random ones do. Of random bytes more than half are different: half is over six deviations below
    /// what they show. The same holds for the top bytes of limbs. Arrays of smaller types have fewer different top bytes.
    /// </summary>
    private static bool LooksRandom(ReadOnlySpan<byte> number) =>
        Different(number, 1) >= number.Length / 2 && Different(number[7..], 8) >= number.Length / 16;

    /// <summary>How many different values the bytes at multiples of <paramref name="step"/> have.</summary>
    private static int Different(ReadOnlySpan<byte> bytes, int step)
    {
        Span<ulong> seen = stackalloc ulong[4];
        seen.Clear();
        for (int at = 0; at < bytes.Length; at += step) seen[bytes[at] >> 6] |= 1UL << (bytes[at] & 63);
        return BitOperations.PopCount(seen[0])
            + BitOperations.PopCount(seen[1])
            + BitOperations.PopCount(seen[2])
            + BitOperations.PopCount(seen[3]);
    }

    private byte Confidence(ReadOnlySpan<byte> window, long offset, Prime prime, List<Prime> primes) =>
        (byte)(HasModulus(window, offset, prime) ? 100 : HasPartner(window, prime, primes) ? 90 : 80);

    /// <summary>Whether a number of twice the length that the prime divides lies near.</summary>
    private bool HasModulus(ReadOnlySpan<byte> window, long offset, Prime prime)
    {
        int length = 2 * prime.Length, at = FirstSizeWord(offset);
        var factor = new BigInteger(window.Slice(prime.Start, prime.Length), isUnsigned: true);
        at += Math.Max(0, prime.End - Reach - at + HeapChunk.Alignment - 1) & -HeapChunk.Alignment;
        for (int end = Math.Min(window.Length, prime.At + Reach) - HeapChunk.SizeWord - length; at <= end; at += HeapChunk.Alignment)
        {
            int start = at + HeapChunk.SizeWord;
            if (!HeapChunk.MayHold(Word(window, at), length) || (window[start] & 1) == 0 || window[start + length - 1] < 0x80) continue;
            if ((new BigInteger(window.Slice(start, length), isUnsigned: true) % factor).IsZero) return true;
        }

        return false;
    }

    /// <summary>Whether another prime of the same length lies near. Copies of the same prime do not count.</summary>
    private bool HasPartner(ReadOnlySpan<byte> window, Prime prime, List<Prime> primes)
    {
        ReadOnlySpan<byte> number = window.Slice(prime.Start, prime.Length);
        foreach (Prime other in primes)
        {
            bool near = Math.Max(other.End, prime.End) - Math.Min(other.At, prime.At) <= Reach;
            if (near && other.Length == prime.Length && !window.Slice(other.Start, other.Length).SequenceEqual(number)) return true;
        }

        return false;
    }

    private static int FirstSizeWord(long offset) => (int)(HeapChunk.SizeWord - offset & (HeapChunk.Alignment - 1));

    private static int PatternOf(Prime prime) => (prime.Length - Least) / 64;

    private static ulong Word(ReadOnlySpan<byte> window, int at) => BinaryPrimitives.ReadUInt64LittleEndian(window[at..]);
}
