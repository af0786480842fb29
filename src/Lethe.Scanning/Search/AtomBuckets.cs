using System.Numerics;

namespace Lethe.Scanning.Search;

/// <summary>
/// Eight groups of atoms, for a filter that works on nibbles. A byte passes at a place of a group if its low and its high nibble both
/// occur there in atoms of the group. Atoms are put into the group where they let the fewest other bytes of ordinary memory pass.
/// </summary>
internal sealed class AtomBuckets
{
    private const int Buckets = 8, Places = Atom.Widest, MostRounds = 8;

    private static readonly double[] Commonness = [.. Enumerable.Range(0, 256).Select(value => Atom.Commonness((byte)value))];

    /// <summary>By place and low nibble: the groups that allow it, one bit for each.</summary>
    public byte[][] Low { get; } = new byte[Places][];

    /// <summary>The same for high nibbles.</summary>
    public byte[][] High { get; } = new byte[Places][];

    /// <summary>
    /// How many different beginnings (first three bytes and width) the atoms have. It decides whether eight groups are
    /// enough.
    /// </summary>
    public static int Beginnings(IEnumerable<Atom> atoms) => BySameBeginning(atoms).Count();

    /// <param name="atoms">The atoms, each once.</param>
    public AtomBuckets(IEnumerable<Atom> atoms)
    {
        NibbleSets[] sets = [.. BySameBeginning(atoms).Select(same => new NibbleSets(same))];
        int[] groups = new int[sets.Length];
        Array.Fill(groups, -1);
        double[] costs = new double[Buckets];
        // Later rounds move atoms that were placed when most others had no group yet.
        bool moved = true;
        for (int round = 0; moved && round < MostRounds; round++)
        {
            moved = false;
            for (int index = 0; index < groups.Length; index++)
            {
                int old = groups[index];
                if (old >= 0)
                {
                    groups[index] = -1;
                    costs[old] = Cost(sets, groups, old);
                }
                (int best, double least, double cost) = (0, double.MaxValue, 0);
                for (int bucket = 0; bucket < Buckets; bucket++)
                {
                    groups[index] = bucket;
                    double with = Cost(sets, groups, bucket);
                    if (with - costs[bucket] < least) (best, least, cost) = (bucket, with - costs[bucket], with);
                }
                groups[index] = best;
                costs[best] = cost;
                moved |= best != old;
            }
        }
        for (int place = 0; place < Places; place++) (Low[place], High[place]) = (new byte[16], new byte[16]);
        for (int index = 0; index < groups.Length; index++)
        {
            for (int place = 0; place < Places; place++)
            {
                (int low, int high) = sets[index].Places[place];
                for (int nibble = 0; nibble < 16; nibble++)
                {
                    if ((low >> nibble & 1) != 0) Low[place][nibble] |= (byte)(1 << groups[index]);
                    if ((high >> nibble & 1) != 0) High[place][nibble] |= (byte)(1 << groups[index]);
                }
            }
        }
    }

    private static IEnumerable<IGrouping<(uint, int), Atom>> BySameBeginning(IEnumerable<Atom> atoms) =>
        atoms.GroupBy(atom => (atom.Bytes & 0xffffff, atom.Width));

    /// <summary>The share of memory that passes a group, on the model that bytes are independent.</summary>
    private static double Cost(NibbleSets[] sets, int[] groups, int bucket)
    {
        double cost = 1;
        for (int place = 0; place < Places; place++)
        {
            int lows = 0, highs = 0;
            for (int index = 0; index < groups.Length; index++)
            {
                if (groups[index] != bucket) continue;
                (int low, int high) = sets[index].Places[place];
                lows |= low;
                highs |= high;
            }
            double passing = 0;
            for (int high = highs; high != 0; high &= high - 1)
            {
                for (int low = lows; low != 0; low &= low - 1)
                    passing += Commonness[BitOperations.TrailingZeroCount(high) << 4 | BitOperations.TrailingZeroCount(low)];
            }
            cost *= passing / 1000;
        }
        return cost;
    }

    /// <summary>The nibbles of some atoms by place, one bit for each. All nibbles where an atom is too short.</summary>
    private readonly struct NibbleSets
    {
        public (int Low, int High)[] Places { get; } = new (int, int)[AtomBuckets.Places];

        public NibbleSets(IEnumerable<Atom> atoms)
        {
            foreach (Atom atom in atoms)
            {
                for (int place = 0; place < Places.Length; place++)
                {
                    int value = (byte)(atom.Bytes >> 8 * place);
                    Places[place].Low |= place < atom.Width ? 1 << (value & 15) : 0xffff;
                    Places[place].High |= place < atom.Width ? 1 << (value >> 4) : 0xffff;
                }
            }
        }
    }
}
