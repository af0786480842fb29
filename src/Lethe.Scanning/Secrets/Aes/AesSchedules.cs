using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Lethe.Scanning.Search;

namespace Lethe.Scanning.Secrets;

/// <summary>
/// Finds expanded AES keys of all three sizes, as encryption and decryption store them (<see cref="AesScheduleForm"/>).
/// Schedules are so long that a sample at one place in 96 bytes meets each of them (<see cref="AesRelations.Stride"/>). Candidates
/// are then checked word by word. A schedule is missed when a word that breaks the relation obeys it by chance
/// (2^-32 for each word). Not covered: bit-sliced and vector-permuted forms (OpenSSL bsaes and vpaes, BearSSL ct, RustCrypto fixslice).
/// </summary>
public sealed class AesSchedules : IDetector
{
    // More than the distance between the beginnings of the two keys of an XTS context. Linux has 496 bytes
    // (arch/x86/crypto/aesni-intel_glue.c, two crypto_aes_ctx of 484 bytes, aligned), OpenSSL 248 (struct prov_aes_xts_ctx_st).
    private const int XtsDistance = 512;
    private const int XtsPattern = 6;

    /// <summary>How far ahead memory is prefetched, in bytes.</summary>
    private const int Ahead = 2048;

    private readonly int alignment;
    private readonly AesDecay? decay;

    /// <param name="alignment">4: only schedules at addresses that are multiples of 4 bytes, as compilers place them. 1: all,
    /// at a quarter of the speed.</param>
    /// <param name="wrongBits">How many bits of a schedule may be wrong, 0 to 64. More than 0 is slower. See <see cref="AesDecay"/> for
    /// what is found.</param>
    /// <exception cref="ArgumentOutOfRangeException">Alignment or wrong bits are not among these.</exception>
    public AesSchedules(int alignment = 4, int wrongBits = 0)
    {
        if (alignment is not (1 or 4)) throw new ArgumentOutOfRangeException(nameof(alignment), alignment, "1 or 4");
        ArgumentOutOfRangeException.ThrowIfNegative(wrongBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wrongBits, 64);
        this.alignment = alignment;
        decay = wrongBits == 0 ? null : new AesDecay(wrongBits);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Pattern> Patterns { get; } =
    [
        new("secret", "aes-128-schedule", 176), new("secret", "aes-192-schedule", 208), new("secret", "aes-256-schedule", 240),
        new("secret", "aes-128-decrypt-schedule", 176),
        new("secret", "aes-192-decrypt-schedule", 208),
        new("secret", "aes-256-decrypt-schedule", 240),
        new("secret", "aes-128-xts", 0), new("secret", "aes-256-xts", 0),
    ];

    /// <inheritdoc/>
    public int Reach => XtsDistance + 240;

    /// <inheritdoc/>
    public void Search(ReadOnlySpan<byte> window, long offset, MatchList found)
    {
        List<Schedule>? schedules = null;
        // SAFETY: the last place is Sample bytes before the window's end, and no sample is at a later one. Only prefetches go beyond the
        // end, and they do nothing where nothing is mapped.
        ref byte start = ref MemoryMarshal.GetReference(window);
        int last = window.Length - AesRelations.Sample;
        int at = alignment == 1 ? 0 : (int)(-offset & 3);
        if (decay is not null)
        {
            for (; at <= last; at += AesRelations.Stride)
            {
                for (int phase = 0; phase < 4 && at + phase <= last; phase += alignment) decay.Examine(window, at + phase, ref schedules);
            }
            at = alignment == 1 ? 0 : (int)(-offset & 3);
        }
        if (alignment == 4)
        {
            for (; at <= last; at += AesRelations.Stride)
            {
                ZeroBytes.AskFor(ref start, at + Ahead);
                ZeroBytes.AskFor(ref start, at + Ahead + 64);
                if (AesRelations.Signs(ref start, (nuint)at) != Vector256<uint>.Zero) Examine(window, at, ref schedules);
            }
        }
        else
        {
            for (; at <= last - 3; at += AesRelations.Stride)
            {
                ZeroBytes.AskFor(ref start, at + Ahead);
                ZeroBytes.AskFor(ref start, at + Ahead + 64);
                if (!AesRelations.MayShowSigns(ref start, (nuint)at)) continue;
                for (int phase = 0; phase < 4; phase++)
                {
                    if (AesRelations.Signs(ref start, (nuint)(at + phase)) != Vector256<uint>.Zero)
                        Examine(window, at + phase, ref schedules);
                }
            }
            for (; at <= last; at++) Examine(window, at, ref schedules);
        }
        if (schedules is not null) Report(schedules, offset, found);
    }

    /// <summary>
    /// A schedule that was found: position in the window, form, first 8 bytes of the key, and number of wrong bits.
    /// </summary>
    internal readonly record struct Schedule(int At, AesScheduleForm Form, ulong KeyStart, int WrongBits);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Examine(ReadOnlySpan<byte> window, int at, ref List<Schedule>? schedules)
    {
        // SAFETY: the caller has checked that the window has Sample bytes there, and no more are read.
        var differences = new AesRelations.Differences(ref MemoryMarshal.GetReference(window), (nuint)at);
        Try(window, at + 4 * AesRelations.Lanes, AesRelations.FourPhase[AesRelations.Obeying(differences.Four)], 4, false, ref schedules);
        Try(window, at + 4 * AesRelations.Lanes, AesRelations.SixPhase[AesRelations.Obeying(differences.Six)], 6, false, ref schedules);
        Try(window, at + 4 * AesRelations.Lanes, AesRelations.FourPhase[AesRelations.Obeying(differences.Eight)], 8, false, ref schedules);
        Try(
            window,
            at + 4 * AesRelations.Lanes,
            AesRelations.FourPhase[AesRelations.Obeying(differences.ReversedFour)],
            4,
            true,
            ref schedules
        );
        Try(
            window,
            at + 4 * AesRelations.ReversedSixLanes,
            AesRelations.ReversedSixPhase[AesRelations.Obeying(differences.ReversedSix)],
            6,
            true,
            ref schedules
        );
        Try(
            window,
            at + 4 * AesRelations.Lanes,
            AesRelations.FourPhase[AesRelations.Obeying(differences.ReversedEight)],
            8,
            true,
            ref schedules
        );
    }

    private static void Try(ReadOnlySpan<byte> window, int lanes, int phase, int keyWords, bool reversed, ref List<Schedule>? schedules)
    {
        if (phase < 0) return;
        int length = 4 * AesKeyExpansion.WordCount(keyWords), period = Period(keyWords, reversed);
        int last = lanes + 4 * phase;
        for (int start = last; start >= 0 && start > last - length; start -= period)
        {
            if (length > window.Length - start) continue;
            ReadOnlySpan<byte> bytes = window.Slice(start, length);
            for (int variant = 0; variant < 4; variant++)
            {
                var form = new AesScheduleForm(keyWords, reversed, (variant & 1) != 0, (variant & 2) != 0);
                if (form.IsExact(bytes))
                    (schedules ??= []).Add(new(start, form, form.Read(bytes, 0) | (ulong)form.Read(bytes, 1) << 32, 0));
            }
        }
    }

    /// <summary>Bytes between the places of a schedule that look alike to the relation.</summary>
    internal static int Period(int keyWords, bool reversed) => keyWords == 6 && !reversed ? 24 : 16;

    private static void Report(List<Schedule> schedules, long offset, MatchList found)
    {
        Schedule[] distinct = [.. schedules.Distinct().OrderBy(schedule => schedule.At)];
        foreach (Schedule schedule in distinct)
            found.Add(
                new(PatternOf(schedule.Form), offset + schedule.At, schedule.Form.Length, 0, (byte)(100 - Math.Min(schedule.WrongBits, 40)))
            );
        if (distinct.Length > 1) ReportPairs(distinct, offset, found);
    }

    /// <summary>
    /// Reports pairs of keys. XTS (IEEE 1619) has two keys of one size, one after the other. Other pairs of keys may lie like this, too,
    /// so the confidence is lower. The schedules of one key for encryption and for decryption are not a pair.
    /// </summary>
    private static void ReportPairs(Schedule[] schedules, long offset, MatchList found)
    {
        bool[] paired = new bool[schedules.Length];
        for (int first = 0; first < schedules.Length; first++)
        {
            if (paired[first]) continue;
            // The same form is tried first: between its two schedules for encryption, Linux keeps one for decryption.
            int second = Partner(schedules, paired, first, true);
            if (second < 0) second = Partner(schedules, paired, first, false);
            if (second < 0) continue;
            paired[second] = true;
            Schedule one = schedules[first], other = schedules[second];
            found.Add(
                new(one.Form.KeyWords == 4 ? XtsPattern : XtsPattern + 1, offset + one.At, other.At - one.At + other.Form.Length, 0, 80)
            );
        }
    }

    private static int Partner(Schedule[] schedules, bool[] paired, int first, bool sameForm)
    {
        Schedule one = schedules[first];
        for (int second = first + 1; second < schedules.Length && schedules[second].At - one.At <= XtsDistance; second++)
        {
            Schedule other = schedules[second];
            if (
                !paired[second]
                && one.Form.KeyWords != 6
                && other.Form.KeyWords == one.Form.KeyWords
                && other.At - one.At >= one.Form.Length
                && other.KeyStart != one.KeyStart && (!sameForm || other.Form == one.Form)) return second;
        }
        return -1;
    }

    private static int PatternOf(AesScheduleForm form) => form.KeyWords / 2 - 2 + (form.ForDecryption ? 3 : 0);
}
