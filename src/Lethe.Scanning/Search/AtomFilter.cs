using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lethe.Scanning.Search;

/// <summary>A table with one bit for each hash. It rejects most words that are not atoms without leaving the cache.</summary>
internal sealed class AtomFilter
{
    private readonly ulong[] bits;
    private readonly int shift;

    /// <param name="atoms">The atoms that pass.</param>
    public AtomFilter(IReadOnlyCollection<Atom> atoms)
    {
        // At least 32 bits for each atom, so at most one in 32 others passes.
        int log = Math.Clamp(BitOperations.Log2((uint)atoms.Count) + 6, 16, 24);
        shift = 32 - log;
        bits = new ulong[1 << (log - 6)];
        foreach (Atom atom in atoms)
        {
            uint bit = Hash(atom) >> shift;
            bits[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    /// <summary>False when it is certainly not one of the atoms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHold(Atom atom)
    {
        uint bit = Hash(atom) >> shift;
        return (bits[bit >> 6] >> (int)(bit & 63) & 1) != 0;
    }

    /// <summary>A hash of 32 bits. Its upper bits are the best.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(Atom atom) => (atom.Bytes + (uint)atom.Width) * 0x9e3779b1;
}
