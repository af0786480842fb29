using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;

namespace Lethe.Bench.ScanSpeed;

/// <summary>Keys and tokens in mapped memory, alone and everything at once.</summary>
internal static class SecretSpeed
{
    public static void Measure(Image image, Measurement measurement)
    {
        (byte[][] needles, _) = image.Plant(256, seed: 256);
        int schedules = image.PlantSchedules();
        Measurement.Heading(
            $"Secrets, mapped memory, scan with 1 job ({schedules} AES schedules planted, a quarter of them not aligned to 4 bytes)",
            "reading the same bytes"
        );
        Row("AES, 4-byte alignment", new AesSchedules());
        Row("AES, any alignment", new AesSchedules(alignment: 1));
        Row("primes of RSA keys", new RsaPrimes());
        Row("private keys and tokens", new AnchoredSecrets());
        IDetector[] butPrimes = [new AnchoredSecrets(), Needles.Detector(needles), new AesSchedules()];
        Row("everything but primes: 256 canaries, AES at 4 bytes, keys and tokens", butPrimes);
        Row("everything, primes as well", [.. butPrimes, new RsaPrimes()]);
        Bound(image.Length, measurement, butPrimes);

        void Row(string what, params IDetector[] detectors)
        {
            var scanner = new Scanner(detectors, new ScanOptions { Jobs = 1 });
            measurement.Row(what, image.Length, () => Reading.Sum(image), () => $"{scanner.Scan(new ImageSource(image)).Matches}");
        }
    }

    /// <summary>
    /// What no search by these detectors can pass: bytes that lie in the nearest caches already, and in which hardly anything looks like a
    /// sign.
    /// </summary>
    private static void Bound(long length, Measurement measurement, IDetector[] detectors)
    {
        byte[] block = GC.AllocateUninitializedArray<byte>(128 * 1024, pinned: true);
        new Random(1).NextBytes(block);
        var found = new MatchList();
        long times = length / block.Length;
        measurement.Row(
            "everything but primes, 128 KiB of random bytes over and over: no memory to wait for, no signs",
            length,
            () => Repeat(() => Reading.Sum(block)),
            () =>
        {
            found.Clear();
            Repeat(() =>
            {
                foreach (IDetector detector in detectors) detector.Search(block, 0, found);
            });
            return $"{found.Matches.Count}";
        });

        void Repeat(Action action)
        {
            for (long time = 0; time < times; time++) action();
        }
    }
}
