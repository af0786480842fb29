using System.Numerics;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Recognises composite numbers by trial division with all odd primes below 8192. One in eight random odd numbers passes (Mertens:
/// 2 e^-0.577 / ln 8192). Several primes are tried at a time, by their product, with Hensel's division from the lowest limb on (Jebelean,
/// "An algorithm for exact division", 1993; GMP's mpn_modexact_1_odd), because processors multiply much faster than they divide.
/// </summary>
internal static class SmallPrimes
{
    private const int Below = 8192;

    private static readonly Group[] Groups = MakeGroups();

    /// <summary>A prime. A number is a multiple of it if number * inverse modulo 2^64 is at most the limit.</summary>
    private readonly record struct Divisor(ulong Inverse, ulong Limit);

    /// <summary>Primes with a product that fits in a limb, and the product's inverse modulo 2^64.</summary>
    private sealed record Group(ulong Product, ulong Inverse, Divisor[] Divisors);

    /// <summary>Whether one of the primes divides the number.</summary>
    /// <param name="number">Limbs of 64 bits, the lowest first. It must be much larger than the primes.</param>
    public static bool DivideOne(ReadOnlySpan<ulong> number)
    {
        foreach (Group group in Groups)
        {
            // -number / 2^64^limbs modulo the product. It is zero modulo a prime of the product if the number is.
            ulong rest = 0;
            foreach (ulong limb in number)
            {
                ulong borrow = limb < rest ? 1UL : 0;
                rest = Math.BigMul((limb - rest) * group.Inverse, group.Product, out _) + borrow;
            }

            foreach (Divisor divisor in group.Divisors)
            {
                if (rest * divisor.Inverse <= divisor.Limit) return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The inverse of an odd number modulo 2^64, by Newton's method. A number is its own inverse in three bits, and each
    /// step doubles them.
    /// </summary>
    public static ulong Inverse(ulong odd)
    {
        ulong inverse = odd;
        for (int bits = 3; bits < 64; bits *= 2) inverse *= 2 - odd * inverse;
        return inverse;
    }

    private static Group[] MakeGroups()
    {
        var groups = new List<Group>();
        var divisors = new List<Divisor>();
        ulong product = 1;
        for (uint number = 3; number < Below; number += 2)
        {
            if (!IsPrime(number)) continue;
            if (BitOperations.LeadingZeroCount(product) < 64 - BitOperations.LeadingZeroCount((ulong)number))
            {
                groups.Add(new(product, Inverse(product), [.. divisors]));
                divisors.Clear();
                product = 1;
            }

            product *= number;
            divisors.Add(new(Inverse(number), ulong.MaxValue / number));
        }

        groups.Add(new(product, Inverse(product), [.. divisors]));
        return [.. groups];
    }

    private static bool IsPrime(uint odd)
    {
        for (uint divisor = 3; divisor * divisor <= odd; divisor += 2)
        {
            if (odd % divisor == 0) return false;
        }

        return true;
    }
}
