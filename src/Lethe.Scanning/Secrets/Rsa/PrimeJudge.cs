using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Lethe.Scanning.Secrets;

/// <summary>What a number is.</summary>
internal enum Primality
{
    /// <summary>No prime, or one that no RSA key has.</summary>
    Other,

    /// <summary>A prime, as far as tests show.</summary>
    Prime,

    /// <summary>Not looked at, as too much was looked at already.</summary>
    Unjudged,
}

/// <summary>
/// Judges numbers. What it found of one is remembered, as memory holds many copies of the public keys that programs trust, which are
/// hardest to tell from primes. All its work together takes at most about ten minutes of one processor, whatever memory is full of. Used by
/// many threads at once.
/// </summary>
internal sealed class PrimeJudge
{
    /// <summary>
    /// What a number costs that is tried with small primes, and what one that goes on to the strong test: units of 0.05 ms at most.
    /// </summary>
    private const int TrialWork = 1, TestWork = 100;

    private readonly ConcurrentDictionary<UInt128, Primality> known = new();
    private readonly long mostWork;
    private long work;

    /// <param name="mostWork">How many numbers may be tried; one in eight of random odd ones counts as a hundred.</param>
    public PrimeJudge(long mostWork = 10_000_000) => this.mostWork = mostWork;

    /// <summary>Judges a number, in 0.05 ms when it has a small factor, else once in some milliseconds.</summary>
    /// <param name="number">Odd; limbs of 64 bits, the lowest first, of which the highest has its top bit set.</param>
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
    /// Whether half of the prime less one is prime too: so are the primes of Diffie-Hellman groups (RFC 2409, 3526, 5054, 7919, moduli(5)),
    /// which are public. No generator of RSA keys looks for such primes, and none meets one by chance.
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
