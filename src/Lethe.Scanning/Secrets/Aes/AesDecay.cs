using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Finds AES schedules with some wrong bits, as after a time without power (Halderman et al., USENIX Security 2008). A wrong
/// bit spoils at most three relations between words, so N wrong bits show in at most 3N places. The whole schedule is computed from
/// each run of as many words as the key has. A run without error gives the right schedule. Of 11, 8 or 7 separate runs
/// (AES-128, 192, 256) one is without error when at most 10, 7 or 6 bits are wrong. Schedules with so few wrong bits are always
/// found, others only when some run happens to be whole. Errors are not corrected beyond that. A key is missed if less than a
/// quarter, or more than three quarters, of the bits in its eight examined words are ones.
/// </summary>
internal sealed class AesDecay(int wrongBits)
{
    // Random words show 96 of 192 bits in the six relations of one sample, with a deviation of 7.
    private readonly int limit = Math.Min(3 * wrongBits, 48);

    /// <summary>Examines one place of the window.</summary>
    public void Examine(ReadOnlySpan<byte> window, int at, ref List<AesSchedules.Schedule>? schedules)
    {
        // SAFETY: the caller has checked that the window has Sample bytes there, and no more are read.
        var differences = new AesRelations.Differences(ref MemoryMarshal.GetReference(window), (nuint)at);
        int ones = Sum(CountOnes(differences.Words), 0xff);
        if (ones is < 64 or > 192) return;
        int lanes = at + 4 * AesRelations.Lanes;
        ExamineFour(window, lanes, differences.Four, 4, false, ref schedules);
        ExamineFour(window, lanes, differences.Eight, 8, false, ref schedules);
        ExamineFour(window, lanes, differences.ReversedFour, 4, true, ref schedules);
        ExamineFour(window, lanes, differences.ReversedEight, 8, true, ref schedules);
        ExamineSix(window, lanes, differences.Six, ref schedules);
        ExamineReversedSix(window, at + 4 * AesRelations.ReversedSixLanes, differences.ReversedSix, ref schedules);
    }

    private void ExamineFour(
        ReadOnlySpan<byte> window,
        int lanes,
        Vector256<uint> difference,
        int keyWords,
        bool reversed,
        ref List<AesSchedules.Schedule>? schedules
    )
    {
        Vector256<uint> counts = CountOnes(difference);
        int all = Sum(counts, 0xff);
        // The two words that break the relation differ in 32 bits on average, in 64 at most.
        if (all > limit + 64) return;
        for (int phase = 0; phase < 4; phase++)
        {
            int breaking = Sum(counts, 0x11 << phase);
            if (all - breaking <= limit && breaking >= 8) Try(window, lanes + 4 * phase, keyWords, reversed, ref schedules);
        }
    }

    private void ExamineSix(ReadOnlySpan<byte> window, int lanes, Vector256<uint> difference, ref List<AesSchedules.Schedule>? schedules)
    {
        Vector256<uint> counts = CountOnes(difference);
        int all = Sum(counts, 0xff);
        if (all > limit + 64) return;
        for (int phase = 0; phase < 6; phase++)
        {
            int breaking = Sum(counts, 0x41 << phase & 0xff);
            if (all - breaking <= limit && breaking >= 4) Try(window, lanes + 4 * phase, 6, false, ref schedules);
        }
    }

    private void ExamineReversedSix(
        ReadOnlySpan<byte> window,
        int lanes,
        Vector256<uint> difference,
        ref List<AesSchedules.Schedule>? schedules
    )
    {
        Vector256<uint> counts = CountOnes(difference);
        if (Sum(counts, 0xff) < 32) return;
        for (int phase = 0; phase < 4; phase++)
        {
            // Fourth words always obey. So do third words, except one in three.
            int third = phase + 2 & 3, fourth = phase + 3 & 3;
            uint shown = counts[fourth] + counts[fourth + 4] + Math.Min(counts[third], counts[third + 4]);
            // 24 covers the 7 wrong bits that are always found. Random words show 45 here.
            if (shown <= Math.Min(limit, 24)) Try(window, lanes + 4 * phase, 6, true, ref schedules);
        }
    }

    /// <summary>Tries all positions of the schedule for which word <paramref name="place"/> would begin a period.</summary>
    private void Try(ReadOnlySpan<byte> window, int place, int keyWords, bool reversed, ref List<AesSchedules.Schedule>? schedules)
    {
        int length = 4 * AesKeyExpansion.WordCount(keyWords);
        for (int start = place; start >= 0 && start > place - length; start -= AesSchedules.Period(keyWords, reversed))
        {
            if (length > window.Length - start) continue;
            ReadOnlySpan<byte> bytes = window.Slice(start, length);
            if (!ObeysInside(bytes, new(keyWords, reversed, false, false))) continue;
            for (int variant = 0; variant < 4; variant++)
                Recover(bytes, start, new(keyWords, reversed, (variant & 1) != 0, (variant & 2) != 0), ref schedules);
        }
    }

    /// <summary>Whether the relations among words that are all mixed, or all not mixed, show no more than the wrong bits allow.</summary>
    private bool ObeysInside(ReadOnlySpan<byte> bytes, AesScheduleForm form)
    {
        int shown = 0;
        for (int index = 4 + form.KeyWords; index < form.WordCount - 4; index++)
        {
            if (index % form.KeyWords == 0 || form.KeyWords == 8 && index % 8 == 4) continue;
            shown += BitOperations.PopCount(
                form.Read(bytes, index) ^ form.Read(bytes, index - form.KeyWords) ^ form.Read(bytes, index - 1)
            );
            if (shown > 3 * wrongBits) return false;
        }
        return true;
    }

    private void Recover(ReadOnlySpan<byte> bytes, int start, AesScheduleForm form, ref List<AesSchedules.Schedule>? schedules)
    {
        Span<uint> seen = stackalloc uint[form.WordCount], schedule = stackalloc uint[form.WordCount];
        Span<byte> rendered = stackalloc byte[form.Length];
        for (int index = 0; index < seen.Length; index++) seen[index] = form.Read(bytes, index);
        for (int known = 0; known <= seen.Length - form.KeyWords; known++)
        {
            seen.Slice(known, form.KeyWords).CopyTo(schedule[known..]);
            AesKeyExpansion.Complete(schedule, form.KeyWords, known);
            for (int index = 0; index < schedule.Length; index++) form.Write(rendered, index, schedule[index]);
            int wrong = 0;
            for (int at = 0; at < bytes.Length && wrong <= wrongBits; at += 8)
                wrong += BitOperations.PopCount(
                    BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(rendered[at..])
                );
            if (wrong > wrongBits || !schedule[..form.KeyWords].ContainsAnyExcept(0u)) continue;
            (schedules ??= []).Add(new(start, form, schedule[0] | (ulong)schedule[1] << 32, wrong));
            return;
        }
    }

    /// <summary>The number of ones in each word.</summary>
    private static Vector256<uint> CountOnes(Vector256<uint> words)
    {
        words -= words >> 1 & Vector256.Create(0x55555555u);
        words = (words & Vector256.Create(0x33333333u)) + (words >> 2 & Vector256.Create(0x33333333u));
        return (words + (words >> 4) & Vector256.Create(0x0f0f0f0fu)) * Vector256.Create(0x01010101u) >> 24;
    }

    private static int Sum(Vector256<uint> counts, int lanes)
    {
        if (lanes == 0xff) return (int)Vector256.Sum(counts);
        int sum = 0;
        for (; lanes != 0; lanes &= lanes - 1) sum += (int)counts[BitOperations.TrailingZeroCount(lanes)];
        return sum;
    }
}
