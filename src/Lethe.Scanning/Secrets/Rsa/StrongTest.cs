using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// The test of Miller and Rabin (FIPS 186-5, B.3.1) with bases 2, 3 and 5, on limbs of 64 bits in Montgomery's form. It takes 1 ms for
/// 1024 bits and 7 ms for 2048 bits (Zen, 2.5 GHz), three times as much for primes. BigInteger takes five times as long. Only composites
/// made for it pass, a false alarm.
/// </summary>
internal static class StrongTest
{
    private const int MostLimbs = 32;

    /// <summary>Whether the number is prime, as far as the test shows.</summary>
    /// <param name="number">An odd number as at most 32 limbs of 64 bits, the lowest first. The highest is at least 2^62.</param>
    public static bool Passes(ReadOnlySpan<ulong> number)
    {
        ulong inverse = 0 - SmallPrimes.Inverse(number[0]);
        return Passes(number, inverse, 2) && Passes(number, inverse, 3) && Passes(number, inverse, 5);
    }

    private static bool Passes(ReadOnlySpan<ulong> number, ulong inverse, int radix)
    {
        Span<ulong> one = stackalloc ulong[MostLimbs],
            minusOne = stackalloc ulong[MostLimbs],
            power = stackalloc ulong[MostLimbs],
            scratch = stackalloc ulong[MostLimbs];
        one = one[..number.Length];
        minusOne = minusOne[..number.Length];
        power = power[..number.Length];
        scratch = scratch[..number.Length];
        // 2^(64 limbs), less the number until it is smaller than the number.
        one.Clear();
        Subtract(one, number);
        while (IsAtLeast(one, number)) Subtract(one, number);
        number.CopyTo(minusOne);
        Subtract(minusOne, one);

        // number - 1 = odd * 2^twos. As the number is odd, its other bits are those of number - 1.
        int twos = TrailingZeros(number);
        one.CopyTo(power);
        for (int bit = 64 * number.Length - 1; bit >= twos; bit--)
        {
            Square(power, number, inverse, scratch);
            if ((number[bit / 64] >> bit % 64 & 1) != 0) Multiply(power, radix, number, scratch);
        }

        if (power.SequenceEqual(one)) return true;
        for (; twos > 1 && !power.SequenceEqual(minusOne); twos--) Square(power, number, inverse, scratch);
        return power.SequenceEqual(minusOne);
    }

    /// <summary>How many zero bits the number less one ends in.</summary>
    private static int TrailingZeros(ReadOnlySpan<ulong> number)
    {
        int limb = 0;
        ulong bits = number[0] & ~1UL;
        while (bits == 0) bits = number[++limb];
        return 64 * limb + BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>
    /// value = value * value / 2^(64 limbs) modulo the number (Koç, Acar, Kaliski, "Analyzing and Comparing Montgomery Multiplication
    /// Algorithms", 1996: FIOS).
    /// </summary>
    /// <param name="value">A value below the number.</param>
    /// <param name="number">The modulus.</param>
    /// <param name="inverse">-1 / number modulo 2^64.</param>
    /// <param name="sum">Room for as many limbs as the number has.</param>
    private static void Square(Span<ulong> value, ReadOnlySpan<ulong> number, ulong inverse, Span<ulong> sum)
    {
        value = value[..number.Length];
        sum = sum[..number.Length];
        sum.Clear();
        ulong top = 0;
        foreach (ulong factor in value)
        {
            ulong carry = 0, reducedCarry = 0, low = MultiplyAdd(factor, value[0], sum[0], ref carry), multiple = low * inverse;
            MultiplyAdd(multiple, number[0], low, ref reducedCarry);
            for (int limb = 1; limb < number.Length; limb++)
            {
                low = MultiplyAdd(factor, value[limb], sum[limb], ref carry);
                sum[limb - 1] = MultiplyAdd(multiple, number[limb], low, ref reducedCarry);
            }

            UInt128 high = (UInt128)carry + reducedCarry + top;
            sum[^1] = (ulong)high;
            top = (ulong)(high >> 64);
        }

        if (top != 0 || IsAtLeast(sum, number)) Subtract(sum, number);
        sum.CopyTo(value);
    }

    /// <summary>value = value * radix modulo the number.</summary>
    private static void Multiply(Span<ulong> value, int radix, ReadOnlySpan<ulong> number, Span<ulong> scratch)
    {
        value.CopyTo(scratch);
        Add(value, scratch, number);
        if (radix == 5) Add(value, value, number);
        if (radix != 2) Add(value, scratch, number);
    }

    private static void Add(Span<ulong> value, ReadOnlySpan<ulong> addend, ReadOnlySpan<ulong> number)
    {
        ulong carry = 0;
        for (int limb = 0; limb < value.Length; limb++)
        {
            UInt128 sum = (UInt128)value[limb] + addend[limb] + carry;
            value[limb] = (ulong)sum;
            carry = (ulong)(sum >> 64);
        }

        if (carry != 0 || IsAtLeast(value, number)) Subtract(value, number);
    }

    /// <summary>value = value - number modulo 2^(64 limbs).</summary>
    private static void Subtract(Span<ulong> value, ReadOnlySpan<ulong> number)
    {
        ulong borrow = 0;
        for (int limb = 0; limb < value.Length; limb++)
        {
            UInt128 difference = (UInt128)value[limb] - number[limb] - borrow;
            value[limb] = (ulong)difference;
            borrow = (ulong)(difference >> 64) & 1;
        }
    }

    private static bool IsAtLeast(ReadOnlySpan<ulong> value, ReadOnlySpan<ulong> number)
    {
        for (int limb = value.Length - 1; limb > 0; limb--)
        {
            if (value[limb] != number[limb]) return value[limb] > number[limb];
        }

        return value[0] >= number[0];
    }

    /// <summary>The low half of a * b + c + carry. The high half becomes the carry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong a, ulong b, ulong c, ref ulong carry)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        low += c;
        high += low < c ? 1UL : 0; // Not a branch: it could not be predicted.
        low += carry;
        carry = high + (low < carry ? 1UL : 0);
        return low;
    }
}
