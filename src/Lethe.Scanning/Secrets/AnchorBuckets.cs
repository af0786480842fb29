namespace Lethe.Scanning.Secrets;

/// <summary>
/// Eight groups of four-byte grams, as a filter by nibbles sees them: a byte may stand at a place in a group when its low and its
/// high nibble occur there in some gram of the group. Grams are put where they let the fewest other bytes of ordinary memory pass.
/// </summary>
internal sealed class AnchorBuckets
{
    private const int Buckets = 8, Places = 4;

    /// <summary>By place and nibble: the groups, a bit each, that allow it.</summary>
    public byte[][] Low { get; } = new byte[Places][];

    /// <summary>The same for high nibbles.</summary>
    public byte[][] High { get; } = new byte[Places][];

    /// <param name="grams">Four bytes each, the first lowest.</param>
    public AnchorBuckets(IEnumerable<uint> grams)
    {
        // Grams that differ in their last byte only belong together.
        NibbleSets[] sets = [.. grams.GroupBy(gram => gram & 0xffffff).Select(same => new NibbleSets(same))];
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

    /// <summary>How common a byte is in memory other than zeros, roughly in thousandths.</summary>
    public static double Commonness(byte value) => value switch
    {
        0 => 150,
        1 or 2 or 4 or 8 or 0x10 => 15,
        (byte)' ' or (byte)'e' or (byte)'t' or (byte)'a' or (byte)'i' or (byte)'n' or (byte)'o' or (byte)'r' or (byte)'s' => 16,
        >= (byte)'a' and <= (byte)'z' => 6,
        0xff or 0x48 or 0x8b or 0x89 or 0x0f or 0x24 or (byte)'_' or (byte)'.' or (byte)'-' or (byte)'=' => 8,
        >= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'Z' => 4,
        < 0x20 => 6,
        _ => 1.5,
    };

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
                if ((lows >> (value & 15) & 1) != 0 && (highs >> (value >> 4) & 1) != 0) passing += Commonness((byte)value);
            }
            cost *= passing / 1000;
        }
        return cost;
    }

    /// <summary>The nibbles of some grams, by place, a bit each.</summary>
    private readonly struct NibbleSets
    {
        public (int Low, int High)[] Places { get; } = new (int, int)[AnchorBuckets.Places];

        public NibbleSets(IEnumerable<uint> grams)
        {
            foreach (uint gram in grams)
            {
                for (int place = 0; place < Places.Length; place++)
                {
                    int value = (byte)(gram >> 8 * place);
                    Places[place].Low |= 1 << (value & 15);
                    Places[place].High |= 1 << (value >> 4);
                }
            }
        }
    }
}
