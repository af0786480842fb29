namespace Lethe.Scanning.Search;

/// <summary>
/// Eight groups of atoms, as a filter by nibbles sees them: a byte may stand at a place in a group when its low and its
/// high nibble occur there in some atom of the group. Atoms are put where they let the fewest other bytes of ordinary memory pass.
/// </summary>
internal sealed class AtomBuckets
{
    private const int Buckets = 8, Places = Atom.Widest;

    /// <summary>By place and nibble: the groups, a bit each, that allow it.</summary>
    public byte[][] Low { get; } = new byte[Places][];

    /// <summary>The same for high nibbles.</summary>
    public byte[][] High { get; } = new byte[Places][];

    /// <param name="atoms">Different ones.</param>
    public AtomBuckets(IEnumerable<Atom> atoms)
    {
        // Those that differ in their fourth byte only belong together.
        NibbleSets[] sets = [.. atoms.GroupBy(atom => (atom.Bytes & 0xffffff, atom.Width)).Select(same => new NibbleSets(same))];
        int[] groups = new int[sets.Length];
        Array.Fill(groups, -1);
        double[] costs = new double[Buckets];
        // The second round moves those that were placed before their neighbours were known.
        for (int round = 0; round < 2; round++)
        {
            for (int index = 0; index < groups.Length; index++)
            {
                if (groups[index] is var old and >= 0)
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

    /// <summary>How much of memory passes a group, on the model that bytes are independent.</summary>
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
            for (int value = 0; value < 256; value++)
            {
                if ((lows >> (value & 15) & 1) != 0 && (highs >> (value >> 4) & 1) != 0) passing += Atom.Commonness((byte)value);
            }
            cost *= passing / 1000;
        }
        return cost;
    }

    /// <summary>The nibbles of some atoms, by place, a bit each; any where an atom is too short to have one.</summary>
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
