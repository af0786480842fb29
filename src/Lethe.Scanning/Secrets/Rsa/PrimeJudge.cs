using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Lethe.Scanning.Secrets;

/// <summary>What a number was found to be.</summary>
internal enum Primality
{
    /// <summary>Composite, or a prime that no RSA key has.</summary>
    Other,

    /// <summary>A prime, as far as the tests show.</summary>
    Prime,

    /// <summary>Not examined, because the limit of work was reached.</summary>
    Unjudged,
}

/// <summary>
/// Judges whether numbers are primes. Results are remembered: memory holds many copies of the public keys that programs trust, which
/// are hardest to distinguish from primes. All its work takes at most about ten minutes of one processor, whatever memory holds. Many
/// threads use it at once.
/// </summary>
internal sealed class PrimeJudge
{
    /// <summary>
    /// The cost of trial division by small primes, and that of the strong test after it, in units of at most 0.05 ms.
    /// </summary>
    private const int TrialWork = 1, TestWork = 100;

    private readonly ConcurrentDictionary<UInt128, Primality> known = new();
    private readonly long mostWork;
    private long work;

    /// <param name="mostWork">How many numbers may be tried. Of random odd ones, one in eight counts as a hundred.</param>
    public PrimeJudge(long mostWork = 10_000_000) => this.mostWork = mostWork;

    /// <summary>Judges a number: in 0.05 ms when it has a small factor, else in some milliseconds, but only once.</summary>
    /// <param name="number">An odd number as limbs of 64 bits, the lowest first. The highest has its top bit set.</param>
    public Primality Judge(ReadOnlySpan<ulong> number)
    {
        if (Interlocked.Read(ref work) >= mostWork) return Primality.Unjudged;
        Interlocked.Add(ref work, TrialWork);
        if (SmallPrimes.DivideOne(number)) return Primality.Other;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(number), hash);
        UInt128 name = MemoryMarshal.Read<UInt128>(hash);
        if (known.TryGetValue(name, out Primality verdict)) return verdict;
        Interlocked.Add(ref work, TestWork);
        verdict = StrongTest.Passes(number) && !IsSafe(number) ? Primality.Prime : Primality.Other;
        known[name] = verdict;
        return verdict;
    }

    /// <summary>
    /// Whether (prime - 1) / 2 is prime, too. The primes of Diffie-Hellman groups (RFC 2409, 3526, 5054, 7919, moduli(5)) are
    /// like this, and are public. No generator of RSA keys looks for such primes, and none finds one by chance.
    /// </summary>
    private static bool IsSafe(ReadOnlySpan<ulong> prime)
    {
        if ((prime[0] & 2) == 0) return false;
        Span<ulong> half = stackalloc ulong[prime.Length];
        ulong above = 0;
        for (int limb = prime.Length - 1; limb >= 0; limb--)
        {
            half[limb] = prime[limb] >> 1 | above << 63;
            above = prime[limb] & 1;
        }

        return !SmallPrimes.DivideOne(half) && StrongTest.Passes(half);
    }
}
