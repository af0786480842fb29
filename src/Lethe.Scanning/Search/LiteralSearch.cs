using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lethe.Scanning.Search;

/// <summary>Takes the places of literals.</summary>
internal interface ILiteralHandler
{
    /// <summary>Called once for each place and literal.</summary>
    /// <param name="window">What is searched.</param>
    /// <param name="at">Where the literal begins in it.</param>
    /// <param name="literal">Which one.</param>
    void Found(scoped ReadOnlySpan<byte> window, int at, int literal);
}

/// <summary>
/// Finds many short literals in one pass, by the rarest four bytes in a row of each (<see cref="Atom"/>). 32 places at a time are
/// filtered by the nibbles of atoms in eight groups (the method of Hyperscan's Teddy, Wang et al., NSDI 2019); of more atoms than
/// groups can tell from other bytes, each place is looked up in a table of bits. Then a hash table tells the atom, and all bytes of the literal are compared.
/// </summary>
internal sealed class LiteralSearch
{
    /// <summary>With more atoms than this the groups let too much pass.</summary>
    private const int MostForBuckets = 256;

    private const int Lanes = 32;

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> literals;
    private readonly AtomBuckets? buckets;
    private readonly AtomFilter? filter;
    private readonly int[] widths;
    private readonly Entry[] entries;
    private readonly int[] byAtom;
    private readonly int shift;

    private readonly record struct Entry(Atom Atom, int Offset, int Next);

    /// <param name="literals">What to find, a byte at least each.</param>
    public LiteralSearch(IReadOnlyList<ReadOnlyMemory<byte>> literals)
    {
        this.literals = literals;
        int bits = Math.Clamp(BitOperations.Log2((uint)literals.Count) + 3, 12, 24);
        shift = 32 - bits;
        byAtom = new int[1 << bits];
        Array.Fill(byAtom, -1);
        entries = new Entry[literals.Count];
        for (int index = 0; index < entries.Length; index++)
        {
            ReadOnlySpan<byte> literal = literals[index].Span;
            int offset = Atom.RarestIn(literal);
            Atom atom = Atom.At(literal[offset..], Math.Min(Atom.Widest, literal.Length));
            ref int head = ref byAtom[Slot(atom)];
            entries[index] = new(atom, offset, head);
            head = index;
        }

        HashSet<Atom> atoms = [.. entries.Select(entry => entry.Atom)];
        widths = [.. atoms.Select(atom => atom.Width).Distinct().Order()];
        if (Avx2.IsSupported && atoms.Count <= MostForBuckets) buckets = new AtomBuckets(atoms);
        else filter = new AtomFilter(atoms);
    }

    /// <summary>Reports the literals whose atoms begin at <paramref name="from"/> or after, and before <paramref name="to"/>.</summary>
    public void Search<THandler>(scoped ReadOnlySpan<byte> window, int from, int to, ref THandler handler) where THandler : struct, ILiteralHandler, allows ref struct
    {
        if (filter is not null)
        {
            foreach (int width in widths)
            {
                for (int at = from, end = Math.Min(to, window.Length - width + 1); at < end; at++)
                {
                    Atom atom = Atom.At(window[at..], width);
                    if (filter.MayHold(atom)) Follow(window, at, atom, ref handler);
                }
            }

            return;
        }

        to = Math.Min(to, window.Length);
        // The last load begins three bytes behind a place and has 32.
        for (int at = SearchVectors(window, from, Math.Min(to - Lanes, window.Length - Lanes - Atom.Widest + 1), ref handler); at < to; at++) Verify(window, at, ref handler);
    }

    private int SearchVectors<THandler>(scoped ReadOnlySpan<byte> window, int at, int last, ref THandler handler) where THandler : struct, ILiteralHandler, allows ref struct
    {
        ref byte start = ref MemoryMarshal.GetReference(window);
        Vector256<byte> low0 = Twice(buckets!.Low[0]), low1 = Twice(buckets.Low[1]), low2 = Twice(buckets.Low[2]), low3 = Twice(buckets.Low[3]);
        Vector256<byte> high0 = Twice(buckets.High[0]), high1 = Twice(buckets.High[1]), high2 = Twice(buckets.High[2]), high3 = Twice(buckets.High[3]);
        for (; at <= last; at += Lanes)
        {
            Vector256<byte> groups = Allowed(ref start, at, low0, high0) & Allowed(ref start, at + 1, low1, high1)
                & Allowed(ref start, at + 2, low2, high2) & Allowed(ref start, at + 3, low3, high3);
            if (groups == Vector256<byte>.Zero) continue;
            uint places = ~Vector256.ExtractMostSignificantBits(Vector256.Equals(groups, Vector256<byte>.Zero));
            for (; places != 0; places &= places - 1) Verify(window, at + BitOperations.TrailingZeroCount(places), ref handler);
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Allowed(ref byte start, int at, Vector256<byte> low, Vector256<byte> high)
    {
        Vector256<byte> bytes = Vector256.LoadUnsafe(ref start, (nuint)at), nibble = Vector256.Create((byte)0x0f);
        return Avx2.Shuffle(low, bytes & nibble) & Avx2.Shuffle(high, (bytes.AsUInt16() >> 4).AsByte() & nibble);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Verify<THandler>(scoped ReadOnlySpan<byte> window, int at, ref THandler handler) where THandler : struct, ILiteralHandler, allows ref struct
    {
        foreach (int width in widths)
        {
            if (window.Length - at >= width) Follow(window, at, Atom.At(window[at..], width), ref handler);
        }
    }

    private void Follow<THandler>(scoped ReadOnlySpan<byte> window, int at, Atom atom, ref THandler handler) where THandler : struct, ILiteralHandler, allows ref struct
    {
        for (int index = byAtom[Slot(atom)]; index >= 0; index = entries[index].Next)
        {
            ref readonly Entry entry = ref entries[index];
            if (entry.Atom != atom || entry.Offset > at || !window[(at - entry.Offset)..].StartsWith(literals[index].Span)) continue;
            handler.Found(window, at - entry.Offset, index);
        }
    }

    private int Slot(Atom atom) => (int)(AtomFilter.Hash(atom) >> shift);

    private static Vector256<byte> Twice(byte[] table) => Vector256.Create(Vector128.Create(table), Vector128.Create(table));
}
