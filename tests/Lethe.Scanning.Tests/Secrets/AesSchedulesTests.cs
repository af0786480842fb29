using FsCheck;
using FsCheck.Fluent;
using Lethe.Scanning.Secrets;

namespace Lethe.Tests.Scanning.Secrets;

public sealed class AesSchedulesTests
{
    private static readonly AesSchedules Aligned = new(), Anywhere = new(1);

    private static readonly AesScheduleForm[] Forms =
        [
            .. from words in new[] { 4, 6, 8 }
            from variant in Enumerable.Range(0, 8)
            select new AesScheduleForm(words, (variant & 1) != 0, (variant & 2) != 0, (variant & 4) != 0),
        ];

    /// <summary>FIPS 197, Appendix A: the keys and the last words of their expansions.</summary>
    [Theory]
    [InlineData("2b7e151628aed2a6abf7158809cf4f3c", "d014f9a8c9ee2589e13f0cc8b6630ca6", "aes-128-schedule")]
    [InlineData("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", "e98ba06f448c773c8ecc720401002202", "aes-192-schedule")]
    [InlineData("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "fe4890d1e6188d0b046df344706c631e", "aes-256-schedule")]
    public void The_standards_examples_are_found(string key, string lastRoundKey, string id)
    {
        byte[] bytes = Convert.FromHexString(key);
        byte[] schedule = Schedule(new AesScheduleForm(bytes.Length / 4, false, false, false), bytes);
        Assert.Equal(lastRoundKey, Convert.ToHexStringLower(schedule.AsSpan(^16..)));
        Assert.Equal([new(id, 4096, schedule.Length, 100)], Detection.Run(Aligned, schedule, 4096));
    }

    /// <summary>FIPS 197, Appendix C.1, equivalent inverse cipher: the round keys of 000102...0f from the last on.</summary>
    [Fact]
    public void The_decryption_schedule_is_that_of_the_standard()
    {
        byte[] schedule = Schedule(new AesScheduleForm(4, true, true, false), Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
        Assert.Equal("13111d7fe3944a17f307a78b4d2b30c5", Convert.ToHexStringLower(schedule.AsSpan(0, 16)));
        Assert.Equal("13aa29be9c8faff6f770f58000f7bf03", Convert.ToHexStringLower(schedule.AsSpan(16, 16)));
        Assert.Contains(Detection.Run(Aligned, schedule), find => find.Id == "aes-128-decrypt-schedule");
    }

    [Fact]
    public void Every_form_is_found_at_every_place_of_a_window_and_at_its_borders()
    {
        var random = new Random(20261122);
        foreach (AesScheduleForm form in Forms)
        {
            byte[] schedule = Schedule(form, Key(form, random));
            for (int at = 0; at <= 200; at++)
            {
                byte[] window = new byte[at + schedule.Length + at % 3 * 100];
                random.NextBytes(window);
                schedule.CopyTo(window, at);
                Assert.Contains(Detection.Run(Anywhere, window, 8192), find =>
                    find.Position == 8192 + at && find.Length == form.Length && find.Confidence == 100
                );
                if (at % 4 == 0) Assert.Contains(Detection.Run(Aligned, window, 8192), find => find.Position == 8192 + at);
                // The position is what is aligned, not the place in the window.
                if (at % 4 == 1) Assert.Contains(Detection.Run(Aligned, window, 8191), find => find.Position == 8191 + at);
                if (at % 4 == 2) Assert.Empty(Detection.Run(Aligned, window, 8192));
            }
        }
    }

    [Fact]
    public void One_wrong_bit_is_no_schedule() => Prop.ForAll<int, int>((seed, place) =>
    {
        var random = new Random(seed);
        AesScheduleForm form = Forms[random.Next(Forms.Length)];
        byte[] schedule = Schedule(form, Key(form, random));
        int bit = (int)((uint)place % (8 * schedule.Length));
        schedule[bit / 8] ^= (byte)(1 << bit % 8);
        return Detection.Run(Anywhere, schedule).Count == 0;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(5000)));

    [Fact]
    public void What_is_no_schedule_is_not_found()
    {
        byte[] memory = new byte[1 << 20];
        Assert.Empty(Detection.Run(Anywhere, memory));
        memory.AsSpan().Fill(0xff);
        Assert.Empty(Detection.Run(Anywhere, memory));
        for (int at = 0; at < memory.Length; at += 16) memory[at + 15] = 7;
        Assert.Empty(Detection.Run(Anywhere, memory));
        new Random(3).NextBytes(memory);
        Assert.Empty(Detection.Run(Anywhere, memory));
        Assert.Empty(Detection.Run(Anywhere, Schedule(Forms[0], new byte[16])));
    }

    [Fact]
    public void The_two_keys_of_xts_are_told()
    {
        var random = new Random(5);
        // As Linux keeps them: crypto_aes_ctx has both schedules and a length, 484 bytes; the other follows at 496.
        byte[] context = new byte[992];
        for (int half = 0; half < 2; half++)
        {
            byte[] key = Key(Forms[^1], random);
            Schedule(new(8, false, false, false), key).CopyTo(context, 496 * half);
            Schedule(new(8, true, true, false), key).CopyTo(context, 496 * half + 240);
        }
        IReadOnlyList<Detection.Find> found = Detection.Run(Aligned, context);
        Assert.Contains(new("aes-256-xts", 0, 736, 80), found);
        Assert.Equal(2, found.Count(find => find.Id == "aes-256-schedule"));
        Assert.Equal(2, found.Count(find => find.Id == "aes-256-decrypt-schedule"));
        // One key alone, for both directions, is no XTS.
        Assert.DoesNotContain(Detection.Run(Aligned, context.AsSpan(0, 484)), find => find.Id.EndsWith("xts", StringComparison.Ordinal));
    }

    /// <summary>How many wrong bits are always found follows from the number of separate runs of as many words as the key has.</summary>
    [Theory]
    [InlineData(4, 10)]
    [InlineData(6, 7)]
    [InlineData(8, 6)]
    public void So_many_wrong_bits_are_always_found(int keyWords, int wrongBits)
    {
        var random = new Random(wrongBits);
        var detector = new AesSchedules(4, wrongBits);
        foreach (AesScheduleForm form in Forms.Where(form => form.KeyWords == keyWords))
        {
            for (int test = 0; test < 100; test++)
            {
                byte[] window = new byte[700];
                random.NextBytes(window);
                int at = 4 * random.Next((window.Length - form.Length) / 4 + 1);
                Schedule(form, Key(form, random)).CopyTo(window, at);
                foreach (int bit in Enumerable.Range(0, 8 * form.Length).OrderBy(_ => random.Next()).Take(wrongBits))
                    window[at + bit / 8] ^= (byte)(1 << bit % 8);
                Assert.Contains(Detection.Run(detector, window), find =>
                    find.Position == at && find.Length == form.Length && find.Confidence == 100 - wrongBits
                );
            }
        }
    }

    [Fact]
    public void Tolerance_does_not_find_what_is_not_there()
    {
        var random = new Random(8);
        byte[] memory = new byte[4 << 20];
        random.NextBytes(memory);
        Assert.Empty(Detection.Run(new AesSchedules(4, 10), memory));
        byte[] schedule = Schedule(Forms[0], Key(Forms[0], random));
        foreach (int bit in Enumerable.Range(0, 8 * schedule.Length).OrderBy(_ => random.Next()).Take(4))
            schedule[bit / 8] ^= (byte)(1 << bit % 8);
        Assert.Empty(Detection.Run(new AesSchedules(4, 3), schedule));
    }

    private static byte[] Key(AesScheduleForm form, Random random)
    {
        byte[] key = new byte[4 * form.KeyWords];
        random.NextBytes(key);
        return key;
    }

    internal static byte[] Schedule(AesScheduleForm form, byte[] key)
    {
        uint[] words = new uint[form.WordCount];
        for (int index = 0; index < form.KeyWords; index++) words[index] = BitConverter.ToUInt32(key, 4 * index);
        AesKeyExpansion.Complete(words, form.KeyWords, 0);
        byte[] schedule = new byte[form.Length];
        for (int index = 0; index < words.Length; index++) form.Write(schedule, index, words[index]);
        return schedule;
    }
}
