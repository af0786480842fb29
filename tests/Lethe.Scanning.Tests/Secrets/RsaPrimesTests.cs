using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;
using Lethe.Tests.Scanning.Search;

namespace Lethe.Tests.Scanning.Secrets;

public sealed class RsaPrimesTests
{
    private const int Page = 4096;

    private static readonly RsaPrimes Detector = new();

    /// <summary>RFC 3526, group 14.</summary>
    private const string ModpGroup =
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
        + "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
        + "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
        + "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
        + "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
        + "15728E5A8AACAA68FFFFFFFFFFFFFFFF";

    /// <summary>RFC 5054, appendix A, the group of 1024 bits.</summary>
    private const string SrpGroup =
        "EEAF0AB9ADB38DD69C33F80AFA8FC5E86072618775FF3C0B9EA2314C9C256576D674DF7496EA81D3383B4813D692C6E0"
        + "E0D5D8E250B98BE48E495C1D6089DAD15DC7D7B46154D6B6CE8EF4AD69B15D4982559B297BCF1885C529F566660E57EC"
        + "68EDBC3C05726CC02FD4CBF4976EAA9AFD5138FE8376435B9FC61D2FC0EB06E3";

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    [InlineData(4096)]
    public void A_prime_is_found_at_every_place_of_a_page(int bits)
    {
        byte[] prime = RsaKey.Of(bits).Larger;
        for (int at = 16; at <= Page - prime.Length; at += 16)
        {
            byte[] memory = Noise(Page, bits);
            RsaKey.Allocate(memory, at, prime, flags: (ulong)(at / 16 % 2 * 4 + at / 32 % 2), spare: at / 64 % 2 * 16);
            Assert.Equal([new($"rsa-{bits}-prime", Page + at, prime.Length, 80)], Detection.Run(Detector, memory, Page));
            // From the size word on, which is the window's beginning, and to its end.
            Assert.Single(Detection.Run(Detector, memory.AsSpan((at - 8)..(at + prime.Length)), at - 8));
            Assert.Empty(Detection.Run(Detector, memory.AsSpan((at - 7)..(at + prime.Length)), at - 7));
            Assert.Empty(Detection.Run(Detector, memory.AsSpan((at - 8)..(at + prime.Length - 1)), at - 8));
        }
    }

    [Fact]
    public void Only_addresses_that_malloc_gives_count_wherever_the_window_begins()
    {
        byte[] prime = RsaKey.Of(2048).Larger;
        for (int place = 8; place < 72; place++)
        {
            byte[] memory = new byte[400];
            RsaKey.Allocate(memory, place, prime);
            for (int offset = 0; offset < 16; offset++)
                Assert.Equal((offset + place) % 16 == 0 ? 1 : 0, Detection.Run(Detector, memory, offset).Count);
        }
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(4096)]
    public void What_lies_near_raises_confidence(int bits)
    {
        RsaKey key = RsaKey.Of(bits);
        int size = key.Larger.Length, far = 16 + Detector.Reach;
        Assert.Equal([80, 80], Confidences(key.Larger, 16, key.Larger, 16 + 2 * size));
        Assert.Equal([80, 80], Confidences(key.Larger, 16, RsaKey.Of(3072).Larger, 16 + 2 * size));
        Assert.Equal([100], Confidences(key.Larger, 16, key.Modulus, 16 + 2 * size));
        Assert.Equal([100], Confidences(key.Modulus, 16, key.Larger, 16 + 3 * size));
        Assert.Equal([80], Confidences(key.Larger, 16, RsaKey.Of(3072).Modulus, 16 + 2 * size));
        // What a window shows must not depend on where it ends: from size word to end within the reach, and no further.
        Assert.Equal([100], Confidences(key.Modulus, 16, key.Larger, far - 16 - size));
        Assert.Equal([80], Confidences(key.Modulus, 16, key.Larger, far - size));
        Assert.Equal([100], Confidences(key.Larger, 16, key.Modulus, far - 16 - 2 * size));
        Assert.Equal([80], Confidences(key.Larger, 16, key.Modulus, far - 2 * size));
    }

    [Fact]
    public void The_other_prime_near_raises_confidence()
    {
        // Of these bits the smaller one is found too.
        byte[] one = Prime(1), other = Prime(2);
        Assert.Equal([90, 90], Confidences(one, 16, other, 16 + 144));
        Assert.Equal([80, 80], Confidences(one, 16, other, 16 + Detector.Reach - 128));
    }

    [Fact]
    public void What_is_no_prime_of_a_key_is_not_found()
    {
        RsaKey key = RsaKey.Of(2048);
        Assert.Empty(Found(Number(BigInteger.Parse("0" + ModpGroup, System.Globalization.NumberStyles.HexNumber), 256)));
        Assert.Empty(Found(Number(BigInteger.Parse("0" + SrpGroup, System.Globalization.NumberStyles.HexNumber), 128)));
        Assert.Empty(Found(key.Modulus));
        Assert.Empty(Found([.. new byte[127], 0xff]));
        Assert.Empty(Found([.. Enumerable.Repeat((byte)0xff, 128)]));
        // 2^1279 - 1 is prime, and shorter; so is a prime that shows few bytes, or is preceded by another size.
        Assert.Empty(Found([.. Enumerable.Repeat((byte)0xff, 159), 0x7f]));
        Assert.Single(Found(key.Larger));
        byte[] memory = new byte[400];
        foreach (ulong size in new ulong[] { 0x81, 0x92, 0xb1, 0xc1, 0x101, 0x131, 0x150, 0x160, 0x191, 0x10000000090 })
        {
            RsaKey.Allocate(memory, 16, key.Larger);
            BitConverter.TryWriteBytes(memory.AsSpan(8), size);
            Assert.Empty(Detection.Run(Detector, memory));
        }
    }

    [Fact]
    public void A_prime_that_shows_few_different_bytes_is_not_found()
    {
        BigInteger number = (BigInteger.One << 1023) + (BigInteger.One << 1022);
        do number += number.IsEven ? 1 : 2;
        while (!StrongTest.Passes(Limbs(number)));
        Assert.Empty(Found(Number(number, 128)));
    }

    [Fact]
    public void Another_number_is_not_found() => Prop.ForAll<int, int>((seed, bit) =>
    {
        byte[] number = [.. RsaKey.Of(2048 + (seed & 1) * 1024).Larger];
        bit = (int)((uint)bit % (8 * number.Length));
        number[bit / 8] ^= (byte)(1 << bit % 8);
        // Some of the neighbours are primes as well.
        return Found(number).Count == 0 || BigInteger.ModPow(2, new BigInteger(number, true) - 1, new BigInteger(number, true)).IsOne;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(300)));

    [Fact]
    public void A_prime_is_found_across_every_border_and_not_across_holes() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        RsaKey key = RsaKey.Of(random.Next(2) == 0 ? 2048 : 4096);
        var part = new FakePart(new byte[12 * Page], random.Next(2) == 0 ? 0x100000UL : null);
        int at = random.Next(1, (part.Bytes.Length - key.Larger.Length) / 16) * 16, border = random.Next(1, 12) * Page;
        if (random.Next(2) == 0) at = border - random.Next(1, key.Larger.Length / 16) * 16;
        if (random.Next(3) == 0) part.Holes.Add((border, border + Page));
        RsaKey.Allocate(part.Bytes, at, key.Larger);
        bool near = random.Next(2) == 0 && at - Page > 0;
        if (near) RsaKey.Allocate(part.Bytes, at - 3 * key.Larger.Length, key.Modulus);
        bool shown = part.Shown().Any(range => at - 8 >= range.Start && at + key.Larger.Length <= range.End);
        bool both = near && part.Shown().Any(range => at - 3 * key.Larger.Length - 8 >= range.Start && at + key.Larger.Length <= range.End);
        var options = new ScanOptions
        {
            Jobs = 1 + random.Next(2),
            PieceBytes = random.Next(1, 4) * Page,
            BlockBytes = random.Next(1, 4) * Page,
        };
        ScanResult result = new Scanner([Detector], options).Scan(new FakeSource(seed, random.Next(2) == 0 ? 50 : 3 * Page, part));
        Assert.True(result.Complete);
        (long, int, byte)[] expected = shown ? [(at, key.Larger.Length, (byte)(both ? 100 : 80))] : [];
        Assert.Equal(expected, result.Hits.Select(hit => (hit.Match.Position, hit.Match.Length, hit.Match.Confidence)));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(500)));

    [Fact]
    public void Memory_full_of_numbers_takes_bounded_time_and_what_was_not_judged_is_told()
    {
        byte[] prime = RsaKey.Of(2048).Larger, memory = new byte[1 << 20];
        var random = new Random(1);
        for (int at = 16; at + prime.Length <= memory.Length; at += 144)
        {
            // First many copies of one prime, then numbers of which each is another.
            RsaKey.Allocate(memory, at, prime);
            if (at > memory.Length / 2) random.NextBytes(memory.AsSpan(at + 8, 64));
        }

        var found = new MatchList();
        new RsaPrimes(new PrimeJudge(mostWork: 5000)).Search(memory, 0, found);
        Assert.InRange(found.Matches.Count, (memory.Length / 2 - 144) / 144, memory.Length / 144);
        (long position, long bytes, _) = Assert.Single(found.Skipped);
        Assert.InRange(position, memory.Length / 2, memory.Length);
        Assert.Equal(memory.Length, position + bytes);
    }

    private static IReadOnlyList<Detection.Find> Found(byte[] number)
    {
        byte[] memory = new byte[16 + number.Length + 16];
        RsaKey.Allocate(memory, 16, number);
        return Detection.Run(Detector, memory);
    }

    private static IEnumerable<int> Confidences(byte[] first, int at, byte[] second, int secondAt)
    {
        byte[] memory = new byte[3 * Page];
        RsaKey.Allocate(memory, at, first);
        RsaKey.Allocate(memory, secondAt, second);
        return Detection
            .Run(Detector, memory)
            .Where(find => find.Length is 128 or 192 or 256)
            .OrderBy(find => find.Position)
            .Select(find => find.Confidence);
    }

    /// <summary>A random prime of 1024 bits that begins with two ones.</summary>
    private static byte[] Prime(int seed)
    {
        byte[] number = Noise(128, seed);
        number[127] |= 0xc0;
        number[0] |= 1;
        var value = new BigInteger(number, isUnsigned: true);
        while (!StrongTest.Passes(Limbs(value))) value += 2;
        return Number(value, 128);
    }

    private static ulong[] Limbs(BigInteger number)
    {
        byte[] bytes = Number(number, 128);
        return [.. Enumerable.Range(0, 16).Select(limb => BitConverter.ToUInt64(bytes, 8 * limb))];
    }

    private static byte[] Number(BigInteger number, int length)
    {
        byte[] bytes = new byte[length];
        Assert.True(number.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }

    private static byte[] Noise(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
