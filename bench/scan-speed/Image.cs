using System.Runtime.InteropServices;
using Lethe.Scanning.Secrets;

namespace Lethe.Bench.ScanSpeed;

/// <summary>
/// Memory like a machine's, in 1 MiB runs: 25 % zero, 25 % code, 25 % what a heap holds, 15 % text, 10 % random; needles planted all over,
/// an eighth of them across a border of pages.
/// </summary>
internal sealed unsafe class Image : IDisposable
{
    private const int Run = 1 << 20, Page = 4096;

    public Image(long length)
    {
        Length = length;
        Start = (byte*)NativeMemory.AlignedAlloc((nuint)length, 2 << 20);
        var random = new Random(1);
        byte[] code = Pool("/usr/lib/x86_64-linux-gnu", "*.so*", 128 << 20),
            text = Pool("/usr/share", "*.txt", 8 << 20, Pool("/usr/include", "*.h", 8 << 20));
        for (long at = 0; at < length; at += Run)
        {
            Span<byte> run = new(Start + at, (int)Math.Min(Run, length - at));
            switch (at / Run % 20)
            {
                case < 5: run.Clear(); break;
                case < 10: Take(code, run, random); break;
                case < 15: Heap(run, random, text); break;
                case < 18: Take(text, run, random); break;
                default: random.NextBytes(run); break;
            }
        }
    }

    public byte* Start { get; }

    public long Length { get; }

    public ReadOnlySpan<byte> Bytes(long at, int length) => new(Start + at, length);

    /// <summary>Needles of 32 letters and digits, the first 512 of them planted.</summary>
    /// <returns>The needles and how many places hold one.</returns>
    public (byte[][] Needles, int Planted) Plant(int count, int seed)
    {
        var random = new Random(seed);
        byte[][] needles =
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => random.GetItems("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8, 32)),
        ];
        int planted = Math.Min(count, 512);
        for (int needle = 0; needle < planted; needle++)
        {
            // Each in a slice of its own, so that none is planted over another.
            long slice = Length / planted, at = slice * needle + random.NextInt64(slice - 2 * Page);
            if (needle % 8 == 0) at = at / Page * Page + Page - random.Next(1, 32);
            needles[needle].CopyTo(new Span<byte>(Start + at, 32));
        }

        return (needles, planted);
    }

    /// <summary>Expanded AES-256 keys in the form for encryption (FIPS 197 §5.2), a quarter of them at odd places.</summary>
    /// <returns>How many.</returns>
    public int PlantSchedules()
    {
        const int Count = 64;
        var random = new Random(2);
        for (int schedule = 0; schedule < Count; schedule++)
        {
            uint[] words = new uint[AesKeyExpansion.WordCount(8)];
            random.NextBytes(MemoryMarshal.AsBytes(words.AsSpan(0, 8)));
            AesKeyExpansion.Complete(words, 8, 0);
            long slice = Length / Count, at = slice * schedule + random.NextInt64(slice - Page) / 4 * 4 + (schedule % 4 == 3 ? 1 : 0);
            MemoryMarshal.AsBytes(words.AsSpan()).CopyTo(new Span<byte>(Start + at, 240));
        }

        return Count;
    }

    public void Dispose() => NativeMemory.AlignedFree(Start);

    /// <summary>Pointers into a few arenas, small numbers, lengths and short strings.</summary>
    private static void Heap(Span<byte> run, Random random, byte[] text)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(run);
        for (int at = 0; at < words.Length; at++)
        {
            words[at] = random.Next(8) switch
            {
                < 3 => 0x00007f0000000000 + ((ulong)random.Next(64) << 21) + (ulong)random.Next(1 << 17) * 16,
                < 5 => (ulong)random.Next(256),
                5 => 0,
                6 => MemoryMarshal.Read<ulong>(text.AsSpan(random.Next(text.Length - 8))),
                _ => (ulong)random.NextInt64(),
            };
        }
    }

    private static void Take(byte[] pool, Span<byte> run, Random random)
    {
        int at = random.Next(Math.Max(1, pool.Length - run.Length));
        for (int done = 0; done < run.Length;)
        {
            int size = Math.Min(run.Length - done, pool.Length - at);
            pool.AsSpan(at, size).CopyTo(run[done..]);
            done += size;
            at = 0;
        }
    }

    /// <summary>The first so many bytes of the files of a directory, largest files last.</summary>
    private static byte[] Pool(string directory, string files, int most, byte[]? more = null)
    {
        var bytes = new List<byte>(more ?? []);
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (
            FileInfo file in new DirectoryInfo(directory)
                .EnumerateFiles(files, options)
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
        )
        {
            if (bytes.Count >= most) break;
            if (file.Length is > 4096 and < (32 << 20)) bytes.AddRange(File.ReadAllBytes(file.FullName));
        }

        return [.. bytes];
    }
}
