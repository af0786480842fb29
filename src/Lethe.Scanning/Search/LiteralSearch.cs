using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lethe.Scanning.Search;

/// <summary>Receives the places of literals.</summary>
internal interface ILiteralHandler
{
    /// <summary>Called once for each place and literal.</summary>
    /// <param name="window">The bytes that are searched.</param>
    /// <param name="at">Position in the window where the literal begins.</param>
    /// <param name="literal">Index of the literal.</param>
    void Found(scoped ReadOnlySpan<byte> window, int at, int literal);
}

/// <summary>
/// Finds many short literals in one pass, by the rarest four bytes in a row of each (<see cref="Atom"/>). 32 places at a time are
/// filtered by the nibbles of atoms in eight groups (the method of Hyperscan's Teddy, Wang et al., NSDI 2019). If there are too many
/// atoms for such groups, each place is looked up in a table of bits. A hash table then gives the atom, and all bytes of the
/// literal are compared.
/// </summary>
internal sealed class LiteralSearch
{
    /// <summary>With more beginnings of atoms than this, the groups let too much pass.</summary>
    private const int MostForBuckets = 256;

    /// <summary>
    /// Places examined in each turn, how far ahead memory is prefetched, and the most turns with candidates that are stored before they
    /// are verified.
    /// </summary>
    private const int Turn = 64, Ahead = 2048, MostTurns = 64;

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> literals;
    private readonly AtomBuckets? buckets;
    private readonly AtomFilter filter;
    private readonly int[] widths;
    private readonly Entry[] entries;
    private readonly int[] byAtom;
    private readonly int shift;

    private readonly record struct Entry(Atom Atom, int Offset, int Next);

    /// <param name="literals">The literals, each of at least one byte.</param>
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
        filter = new AtomFilter(atoms);
        if (Avx2.IsSupported && AtomBuckets.Beginnings(atoms) <= MostForBuckets) buckets = new AtomBuckets(atoms);
    }

    /// <summary>
    /// Reports the literals with atoms that begin at <paramref name="from"/> or later, and before <paramref name="to"/>.
    /// </summary>
    public void Search<THandler>(scoped ReadOnlySpan<byte> window, int from, int to, ref THandler handler)
        where THandler : struct, ILiteralHandler, allows ref struct
    {
        to = Math.Min(to, window.Length);
        int at = from;
        if (buckets is not null)
        {
            Span<int> turns = stackalloc int[MostTurns];
            Span<ulong> places = stackalloc ulong[MostTurns];
            // The last load begins three bytes behind a place.
            for (int last = Math.Min(to - Turn, window.Length - Turn - Atom.Widest + 1); at <= last;)
            {
                int count = FindVectors(window, ref at, last, turns, places);
                for (int turn = 0; turn < count; turn++)
                {
                    for (ulong left = places[turn]; left != 0; left &= left - 1)
                        Verify(window, turns[turn] + BitOperations.TrailingZeroCount(left), ref handler);
                }
            }
        }

        for (; at < to; at++) Verify(window, at, ref handler);
    }

    /// <summary>Stores the turns that have places where atoms may begin, and these places, one bit for each.</summary>
    private unsafe int FindVectors(ReadOnlySpan<byte> window, ref int next, int last, Span<int> turns, Span<ulong> places)
    {
        Vector256<byte> low0 = Twice(buckets!.Low[0]),
            low1 = Twice(buckets.Low[1]),
            low2 = Twice(buckets.Low[2]),
            low3 = Twice(buckets.Low[3]);
        Vector256<byte> high0 = Twice(buckets.High[0]),
            high1 = Twice(buckets.High[1]),
            high2 = Twice(buckets.High[2]),
            high3 = Twice(buckets.High[3]);
        Vector256<byte> nibble = Vector256.Create((byte)0x0f);
        int count = 0;
        // SAFETY: the window is pinned, and no turn begins behind last. The loads of a turn end Turn + 3 bytes behind its beginning, and
        // the caller ensures that the window has that many bytes behind last. A prefetch of an address that is not mapped does nothing.
        fixed (byte* start = window)
        {
            byte* at = start + next, end = start + last;
            for (; at <= end && count < turns.Length; at += Turn)
            {
                Sse.Prefetch0(at + Ahead);
                Vector256<byte> first =
                    Allowed(at, low0, high0, nibble)
                    & Allowed(at + 1, low1, high1, nibble)
                    & Allowed(at + 2, low2, high2, nibble)
                    & Allowed(at + 3, low3, high3, nibble);
                Vector256<byte> second =
                    Allowed(at + 32, low0, high0, nibble)
                    & Allowed(at + 33, low1, high1, nibble)
                    & Allowed(at + 34, low2, high2, nibble)
                    & Allowed(at + 35, low3, high3, nibble);
                if ((first | second) == Vector256<byte>.Zero) continue;
                turns[count] = (int)(at - start);
                places[count++] = Places(first) | (ulong)Places(second) << 32;
            }

            next = (int)(at - start);
        }

        return count;
    }

    private static uint Places(Vector256<byte> groups) =>
        ~Vector256.ExtractMostSignificantBits(Vector256.Equals(groups, Vector256<byte>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<byte> Allowed(byte* at, Vector256<byte> low, Vector256<byte> high, Vector256<byte> nibble)
    {
        // SAFETY: the caller has checked that the window has 32 bytes there.
        Vector256<byte> bytes = Vector256.Load(at);
        return Avx2.And(
            Avx2.Shuffle(low, Avx2.And(bytes, nibble)),
            Avx2.Shuffle(high, Avx2.And(Avx2.ShiftRightLogical(bytes.AsUInt16(), 4).AsByte(), nibble))
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Verify<THandler>(scoped ReadOnlySpan<byte> window, int at, ref THandler handler)
        where THandler : struct, ILiteralHandler, allows ref struct
    {
        foreach (int width in widths)
        {
            if (window.Length - at < width) continue;
            Atom atom = Atom.At(window[at..], width);
            if (filter.MayHold(atom)) Follow(window, at, atom, ref handler);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Follow<THandler>(scoped ReadOnlySpan<byte> window, int at, Atom atom, ref THandler handler)
        where THandler : struct, ILiteralHandler, allows ref struct
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
